"""What every command shares: arguments, exit codes, and where a clone without AWS acts."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from scripts.adapters.github import job, step_failure
from scripts.base.console import progress
from scripts.base.errors import SlipwayError, UnknownStateError
from scripts.base.project import Project, check_environment

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it: 128 and SIGINT's number."""


def arguments_parser(
    description: str | None, *, environment: bool = True
) -> argparse.ArgumentParser:
    """Return a parser for `python -m scripts.X [ENV]`; wrong words end with exit code 2."""
    parser = argparse.ArgumentParser(prog=f"python -m {_module()}", description=description)
    if environment:
        parser.add_argument(
            "environment",
            metavar="ENV",
            type=_environment,
            help="dev, prod: a folder of infra/envs",
        )
    return parser


def _environment(name: str) -> str:
    try:
        return check_environment(name)
    except SlipwayError as error:
        raise argparse.ArgumentTypeError(f"{error.what}: {' '.join(error.which)}") from error


def run(main: Callable[[list[str]], int], *, needs_aws: bool = True) -> NoReturn:
    """Run a command and end the process with its exit code.

    A clone that is not connected to AWS (`account_id` null in project.json) has one place to act:
    its stage. A command of `scripts/` started there without an endpoint starts again inside it,
    unless it is one that looks at files only (`needs_aws` false).
    """
    arguments = sys.argv[1:]
    try:
        if needs_aws and _unconnected():
            _start_on_stage(arguments)
        sys.exit(main(arguments))
    except SlipwayError as error:
        _fail(error)
    except (BotoCoreError, ClientError) as error:
        _fail(lost_contact(error, arguments))
    except KeyboardInterrupt:
        progress.print("interrupted; run the same command again to go on", style="red")
        sys.exit(INTERRUPTED)


def lost_contact(error: BotoCoreError | ClientError, arguments: list[str]) -> UnknownStateError:
    """Return what a failure between us and AWS means: what happened there is unknown."""
    environment = next((word for word in arguments if not word.startswith("-")), "ENV")
    if isinstance(error, ClientError):
        what = f"AWS did not do {error.operation_name}"
    else:
        what = "AWS could not be reached"
    return UnknownStateError(
        what,
        which=str(error),
        next_step=f"Nothing was put back. Where it stands: make status ENV={environment}",
    )


def _fail(error: SlipwayError) -> NoReturn:
    progress.print(str(error), style="red", markup=False)
    if job.on_github():
        step_failure.note(error)
    sys.exit(error.exit_code)


def _module() -> str:
    spec = sys.modules["__main__"].__spec__
    return spec.name if spec else "scripts"


def _unconnected() -> bool:
    return (
        _module().startswith("scripts.")
        and "AWS_ENDPOINT_URL" not in os.environ
        and Project.load().account_id is None
    )


def _start_on_stage(arguments: list[str]) -> None:
    progress.print(
        "project.json names no AWS account: acting on the stage of this clone", style="dim"
    )
    command = [sys.executable, "-m", "stage.run", _module(), *arguments]
    os.execv(sys.executable, command)
