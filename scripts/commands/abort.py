"""End a roll that runs: every instance that it replaced runs the recorded release again.

A first release that comes up is ended too: the group goes back to 0. How it ended is also written
as a page and as JSON: `scripts/reporting/report_files.py`.
"""

import argparse

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import look
from scripts.base import command
from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.assessment import Wanted
from scripts.domain.observed_state import NO_RELEASE, World
from scripts.operations.reconcile import converge, recorded
from scripts.operations.session import Turn
from scripts.reporting import report_files
from scripts.reporting.run_record import Story


def main(arguments: list[str]) -> int:
    """Abort the roll of an environment."""
    parser = command.arguments_parser(__doc__)
    report_files.add_option(parser)
    options = parser.parse_args(arguments)
    with report_files.written("abort", options) as story:
        _abort(options, story)
    return 0


def _abort(options: argparse.Namespace, story: Story) -> None:
    environment, project = options.environment, Project.load()
    clients = connect(project)
    nothing = Wanted("recover", NO_RELEASE, NO_RELEASE)
    turn = Turn.begin(clients, project, environment, nothing, commit="", story=story)
    turn.world = look(clients, project, environment, turn.store)
    if not _rolls(turn.world):
        raise RefusedError(
            f"no roll runs on {turn.name}", next_step=f"make status ENV={environment}"
        )
    turn.wanted = recorded(turn)
    turn.ends_on_hold = False
    story.release = turn.wanted.version
    converge(turn)
    say(f"next: make status ENV={environment}")


def _rolls(world: World) -> bool:
    """Whether a refresh runs, or a first release is coming up."""
    if world.refresh and world.refresh.active:
        return True
    first = world.ledger is not None and world.ledger.release is None
    return first and world.group is not None and world.group.desired > 0
