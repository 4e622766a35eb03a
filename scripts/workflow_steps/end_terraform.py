"""Let a Terraform that a cancelled job left at work end in order, before GitHub kills it.

A cancelled job's steps are interrupted within ten seconds; those that run `if: cancelled()` have
five minutes, and whatever still lives then is killed. Terraform would be killed in the middle, and
what it made since it last saved its state would be in no state.
Source: actions/runner, ProcessInvoker and JobExtension.
"""

from scripts.adapters.terraform.cli import work_folder
from scripts.adapters.terraform.interrupting import LOCK, let_end
from scripts.base import locks, place
from scripts.base.command import arguments_parser
from scripts.base.console import say, step
from scripts.base.errors import UnknownStateError

SECONDS = 270


def main(arguments: list[str]) -> int:
    """Wait for it."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    work = work_folder(environment)
    if not locks.is_held(work / LOCK):
        say(f"no Terraform works on {environment}")
        return 0
    with step(f"waiting for Terraform of {environment} to save its state"):
        ended = let_end(work, SECONDS)
    if not ended:
        raise UnknownStateError(
            f"Terraform of {environment} still works, and is killed now",
            which="what it made since it last saved its state is in no state",
            next_step="Once this run is over: " + place.command("plan", environment) + ". What it "
            "wants to create may exist: docs/runbook.md, 'already exists'.",
        )
    return 0
