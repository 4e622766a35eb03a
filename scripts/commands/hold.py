"""Hold an environment: nothing new is released to it until somebody lifts the hold."""

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.base import clock, command, place
from scripts.base.actor import actor_name
from scripts.base.console import say
from scripts.base.errors import UsageError
from scripts.base.project import Project
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger
from scripts.operations.again import again


def main(arguments: list[str]) -> int:
    """Set a hold by hand."""
    parser = command.arguments_parser(__doc__)
    parser.add_argument("--reason", required=True, help="why, for those who find it")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    if not options.reason.strip():
        raise UsageError(
            "a hold needs a reason", next_step=place.command("hold", environment, reason=place.SOME)
        )
    store = open_state_store(connect(project, environment), project, environment)
    hold = again(lambda: _hold(store, options.reason.strip()))
    say(f"{project.name}-{environment} is {hold.sentence()}", style="green")
    say(f"next: {place.command('unhold', environment)}")
    return 0


def _hold(store: StateStore, reason: str) -> Hold:
    release = (store.read() or Ledger()).release
    hold = Hold("manual", release.version if release else "", reason, actor_name(), clock.now())
    if earlier := store.hold():
        say(f"replacing a hold: {earlier.sentence()}")
    return store.set_hold(hold, over=earlier)
