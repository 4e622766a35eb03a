"""Run one of the project's commands against the stage.

python -m stage.run scripts deploy dev
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
        UsageError: neither `scripts` nor a module of `bench` is named.
        RefusedError: no stage runs.
    """
    if not arguments or arguments[0].partition(".")[0] not in ("scripts", "bench"):
        raise UsageError(
            "stage.run takes scripts and a verb, or a module of bench",
            next_step="For example: python -m stage.run scripts status dev",
        )
    environment = stage_environment(require())
    os.execve(sys.executable, [sys.executable, "-m", *arguments], environment)
    return 0


if __name__ == "__main__":
    run(main)
