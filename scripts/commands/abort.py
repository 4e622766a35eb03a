"""End a roll that runs: every instance that it replaced runs the recorded release again.

A first release that comes up is ended too: the group goes back to 0. How it ended is also written
as a page and as JSON: `scripts/reporting/report_files.py`.
"""

import argparse

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import observe
from scripts.base import command
from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.assessment import DesiredState
from scripts.domain.observed_state import NO_RELEASE, ObservedState
from scripts.operations.reconcile import reconcile, recorded
from scripts.operations.session import Turn
from scripts.reporting import report_files
from scripts.reporting.run_record import RunRecord


def main(arguments: list[str]) -> int:
    """Abort the roll of an environment."""
    parser = command.arguments_parser(__doc__)
    report_files.add_option(parser)
    options = parser.parse_args(arguments)
    with report_files.written("abort", options) as run_record:
        _abort(options, run_record)
    return 0


def _abort(options: argparse.Namespace, run_record: RunRecord) -> None:
    environment, project = options.environment, Project.load()
    clients = connect(project)
    nothing = DesiredState("recover", NO_RELEASE, NO_RELEASE)
    turn = Turn.begin(clients, project, environment, nothing, commit="", run_record=run_record)
    turn.observed = observe(clients, project, environment, turn.store)
    if not _rolls(turn.observed):
        raise RefusedError(
            f"no roll runs on {turn.name}", next_step=f"make status ENV={environment}"
        )
    turn.wanted = recorded(turn)
    turn.ends_on_hold = False
    run_record.release = turn.wanted.version
    reconcile(turn)
    say(f"next: make status ENV={environment}")


def _rolls(observed: ObservedState) -> bool:
    """Whether a refresh runs, or a first release is coming up."""
    if observed.refresh and observed.refresh.active:
        return True
    first = observed.ledger is not None and observed.ledger.release is None
    return first and observed.group is not None and observed.group.desired > 0
