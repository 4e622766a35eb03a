"""Pin requirements/*.txt to what requirements/*.in ask for, with the hashes of every file.

    python -m scripts lock-requirements [--upgrade]

Without --upgrade a version that still fits stays.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from scripts.base import place
from scripts.base.console import say, step
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT

UV = str(Path(sys.executable).parent / "uv")
# uv writes them into the first lines of a lock file, where Renovate reads how to make it again: it
# knows these options, and takes those with a value by an equals sign only ("pip-compile" manager).
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes"]
UNREACHABLE = re.compile(
    r"error sending request|[Ff]ailed to (fetch|connect)|dns error|timed? ?out"
)
"""How uv says that it got no answer."""

LOCKS: dict[str, list[str]] = {
    "run": [],
    # Tests run what the image holds, and not the other way: Renovate locks what is included first.
    "dev": ["--constraint=requirements/run.txt"],
}


def main(arguments: list[str]) -> int:
    """Write both lock files."""
    parser = argparse.ArgumentParser(prog=place.command("lock"), description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest that fits")
    options = parser.parse_args(arguments)
    upgrade = ["--upgrade"] if options.upgrade else []
    for name, constraints in LOCKS.items():
        files = [f"requirements/{name}.in", f"--output-file=requirements/{name}.txt"]
        with step(f"locking requirements/{name}.txt"):
            command = [UV, *COMPILE, *constraints, *upgrade, *files]
            done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise SlipwayError(
                f"requirements/{name}.in cannot be locked",
                which=done.stderr.strip(),
                next_step=advice(done.stderr),
            )
    say(f"next: {place.command('check')} installs what is locked now")
    return 0


def advice(said: str) -> str:
    """Return what to do about uv's errors."""
    if UNREACHABLE.search(said):
        return "Nothing was changed. Run this again where the package registry can be reached."
    return "Nothing was changed. uv says above which requirements exclude each other."
