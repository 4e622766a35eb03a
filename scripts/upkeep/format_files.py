"""Rewrite Python, Terraform, shell and plain text as the checks want them.

python -m scripts format-files
"""

import os
import subprocess
import sys
from pathlib import Path

from scripts.adapters.terraform.toolchain import terraform_binary
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.base.git_tree import tracked_files
from scripts.base.project import ROOT

BIN = Path(sys.executable).parent
CONFIGURATION = "TF_CLI_CONFIG_FILE"


def main(arguments: list[str]) -> int:
    """Run each formatter over its files; those that changed something are not failures."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    formatters: list[list[str | Path]] = [
        [BIN / "ruff", "check", "--fix-only", "--quiet"],
        [BIN / "ruff", "format", "--quiet"],
        [terraform_binary(), "fmt", "-recursive", "infra"],
        [BIN / "shfmt", "--write", *tracked_files(ROOT, ["*.sh", ".ci/run"])],
    ]
    # It may name a file that does not exist, which Terraform would warn of; formatting needs none.
    environment = {name: text for name, text in os.environ.items() if name != CONFIGURATION}
    for command in formatters:
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode:
            raise SlipwayError(
                f"{Path(command[0]).name} cannot format", next_step="Fix what it names above."
            )
    fixers = ("end-of-file-fixer", "trailing-whitespace-fixer")
    for name in fixers:
        # They answer 1 when they changed a file.
        subprocess.run([BIN / name, *tracked_files(ROOT, [])], cwd=ROOT, check=False)
    say("formatted")
    return 0
