"""Rewrite Python, Terraform, shell and plain text as the checks want them.

python -m scripts format-files
"""

import subprocess
import sys
from pathlib import Path

from scripts.adapters.terraform.toolchain import terraform_binary
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT

BIN = Path(sys.executable).parent


def text_files(*patterns: str) -> list[str]:
    """Files that git tracks or would track, by pathspecs; all of them where none is given."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    listed = subprocess.run(
        [*command, *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def main(arguments: list[str]) -> int:
    """Run each formatter over its files; those that changed something are not failures."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    formatters: list[list[str | Path]] = [
        [BIN / "ruff", "check", "--fix-only", "--quiet"],
        [BIN / "ruff", "format", "--quiet"],
        [terraform_binary(), "fmt", "-recursive", "infra"],
        [BIN / "shfmt", "--write", *text_files("*.sh", ".ci/run")],
    ]
    for command in formatters:
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            raise SlipwayError(
                f"{Path(command[0]).name} cannot format", next_step="Mend what it names above."
            )
    fixers = ("end-of-file-fixer", "trailing-whitespace-fixer")
    for name in fixers:
        # They answer 1 when they changed a file.
        subprocess.run([BIN / name, *text_files()], cwd=ROOT, check=False)
    say("formatted")
    return 0
