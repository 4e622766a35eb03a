"""Run one of the project's commands against the stage.

python -m stage.run scripts.commands.deploy dev
"""

import os
import sys

from scripts.base.command import run
from scripts.base.errors import UsageError
from stage.connection import require
from stage.environment import stage_environment


def main(arguments: list[str]) -> int:
    """Become the command, in the stage's environment and nothing else.

    Raises:
        UsageError: no module of `scripts` or `bench` is named.
        RefusedError: no stage runs.
    """
    if not arguments or not arguments[0].startswith(("scripts.", "bench.")):
        raise UsageError(
            "stage.run takes a module of scripts and its arguments",
            next_step="For example: python -m stage.run scripts.commands.status dev",
        )
    environment = stage_environment(require())
    os.execve(sys.executable, [sys.executable, "-m", *arguments], environment)
    return 0


if __name__ == "__main__":
    run(main)
