"""What every command shares: its arguments and its exit codes."""

import argparse
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from scripts.base.console import progress
from scripts.base.errors import SlipwayError
from scripts.base.project import check_environment

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it: 128 and SIGINT's number."""


def arguments_parser(
    description: str | None, *, environment: bool = True
) -> argparse.ArgumentParser:
    """Return a parser for `python -m scripts VERB [ENV]`; wrong words end with exit code 2.

    An environment that is not in project.json is a UsageError, which names those that are.
    """
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=description)
    if environment:
        parser.add_argument(
            "environment",
            metavar="ENV",
            type=check_environment,
            help="an environment of project.json",
        )
    return parser


def run(
    main: Callable[[list[str]], int], failed: Callable[[SlipwayError], None] = lambda _: None
) -> NoReturn:
    """Run a command and end the process with its exit code.

    Args:
        main: takes the words of the command line and returns the exit code.
        failed: told of an error after it was printed.
    """
    # A runner on GitHub, and whoever stops a service, ends a command so.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except SlipwayError as error:
        progress.print(str(error), style="red", markup=False)
        failed(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        progress.print("interrupted; run the same command again to go on", style="red")
        sys.exit(INTERRUPTED)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
