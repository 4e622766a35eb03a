"""Make `.venv` from the hash-locked requirements; the Makefile runs it before everything else.

The one file that a Python older than 3.11 must be able to read (3.7 and newer can): it then looks
for a newer one on PATH, or says what to install.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWEST_TRIED = (3, 14)
REQUIREMENTS = Path("requirements/dev.txt")
STAMP = ".installed"

TOO_OLD = """\
error: this repository needs Python 3.11 or newer
  found: {executable}, Python {found}
Install one, then run make again:
  Debian, Ubuntu   apt-get install python3 python3-venv
  Fedora           dnf install python3.11
  macOS            brew install python@3.11"""

NO_VENV = """\
error: this Python cannot make a virtual environment with pip
  {executable} says why above
Install the missing part, then run make again:
  Debian, Ubuntu   apt-get install python3-venv"""


def find_python() -> str | None:
    """Return a Python that is new enough: this one, or the newest on PATH; None without one."""
    if sys.version_info >= OLDEST:
        return sys.executable
    names = (f"python3.{minor}" for minor in range(NEWEST_TRIED[1], OLDEST[1] - 1, -1))
    return next(filter(None, map(shutil.which, names)), None)


def has_pip(interpreter: Path) -> bool:
    """Whether an environment is whole; an interrupted run or an upgraded system leaves half."""
    command = [str(interpreter), "-m", "pip", "--version"]
    return interpreter.exists() and subprocess.call(command, stdout=subprocess.DEVNULL) == 0


def fail(message: str, exit_code: int) -> int:
    """Print what went wrong and return the exit code."""
    sys.stderr.write(message + "\n")
    return exit_code


def main(folder: Path) -> int:
    """Bring the environment in `folder` to what the requirements say, then stamp it.

    Returns:
        0 done, 1 the requirements cannot be installed, 3 this machine lacks Python or its parts.
    """
    python = find_python()
    if python is None:
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return fail(TOO_OLD.format(executable=sys.executable, found=found), 3)
    interpreter = folder / "bin" / "python"
    if not has_pip(interpreter):
        sys.stderr.write(f"making {folder} with {python}\n")
        make = [python, "-m", "venv", "--clear", str(folder)]
        if subprocess.call(make):
            return fail(NO_VENV.format(executable=python), 3)
    sys.stderr.write(f"installing {REQUIREMENTS} (about a minute the first time)\n")
    install = [str(interpreter), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    if subprocess.call([*install, "--require-hashes", "-r", str(REQUIREMENTS)]):
        return fail(f"error: {REQUIREMENTS} cannot be installed; pip says why above", 1)
    (folder / STAMP).touch()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(fail("interrupted; run make again to continue", 130))
