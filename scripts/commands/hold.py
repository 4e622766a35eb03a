"""Hold an environment: nothing new is released to it until somebody lifts the hold."""

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import open_state_store
from scripts.base import clock, command
from scripts.base.actor import actor_name
from scripts.base.console import say
from scripts.base.errors import UsageError
from scripts.base.project import Project
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger


def main(arguments: list[str]) -> int:
    """Set a hold by hand."""
    parser = command.arguments_parser(__doc__)
    parser.add_argument("--reason", required=True, help="why, for those who find it")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    if not options.reason.strip():
        raise UsageError(
            "a hold needs a reason", next_step=f"make hold ENV={environment} REASON='…'"
        )
    store = open_state_store(connect(project), project, environment)
    release = (store.read() or Ledger()).release
    version = release.version if release else ""
    hold = Hold("manual", version, options.reason.strip(), actor_name(), clock.now())
    if earlier := store.hold():
        say(f"replacing a hold: {earlier.sentence()}")
    store.set_hold(hold)
    say(f"{project.name}-{environment} is {hold.sentence()}", style="green")
    say(f"next: make unhold ENV={environment}")
    return 0
