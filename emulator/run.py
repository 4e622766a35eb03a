"""Run one of the project's commands against the emulator.

python -m emulator.run scripts deploy dev
"""

import os
import sys

from emulator.connection import require
from emulator.environment import emulator_environment
from scripts.base.command import run
from scripts.base.errors import UsageError


def main(arguments: list[str]) -> int:
    """Become the command, in the emulator's environment and nothing else.

    Raises:
        UsageError: neither `scripts` nor a module of `bench` is named.
        RefusedError: no emulator runs.
    """
    if not arguments or arguments[0].partition(".")[0] not in ("scripts", "bench"):
        raise UsageError(
            "emulator.run takes scripts and a verb, or a module of bench",
            next_step="For example: python -m emulator.run scripts status dev",
        )
    environment = emulator_environment(require())
    os.execve(sys.executable, [sys.executable, "-m", *arguments], environment)
    return 0


if __name__ == "__main__":
    run(main)
