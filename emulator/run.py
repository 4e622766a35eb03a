"""Run one of the project's commands against the emulator.

python -m emulator.run scripts deploy dev
"""

import os
import runpy
import sys

from emulator.connection import require
from emulator.environment import account_of, emulator_environment
from scripts.base.command import run
from scripts.base.errors import UsageError
from scripts.base.project import Project


def main(arguments: list[str]) -> int:
    """Become the command, in the emulator's environment and nothing else.

    Its working folder in the environment that a process was started with is what `make down` finds
    a lost command by. Where make set it, the command runs in this process: to start Python again
    costs `make status` a fifth of its time.

    Raises:
        UsageError: neither `scripts` nor a module of `bench` is named.
        RefusedError: no emulator runs.
    """
    if not arguments or arguments[0].partition(".")[0] not in ("scripts", "bench"):
        raise UsageError(
            "emulator.run takes scripts and a verb, or a module of bench",
            next_step="For example: python -m emulator.run scripts status dev",
        )
    account = account_of(Project.load(), arguments[1:])
    environment = emulator_environment(require(), account)
    if os.environ.get("SLIPWAY_WORK_DIR") != environment["SLIPWAY_WORK_DIR"]:
        os.execve(sys.executable, [sys.executable, "-m", *arguments], environment)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = arguments[1:]
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    run(main)
