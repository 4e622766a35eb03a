"""Lift the hold of an environment."""

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.base import command, place
from scripts.base.console import say
from scripts.base.errors import UnknownStateError
from scripts.base.project import Project
from scripts.domain.holds import Hold


def main(arguments: list[str]) -> int:
    """Lift a hold; harmless where there is none."""
    options = command.arguments_parser(__doc__).parse_args(arguments)
    environment, project = options.environment, Project.load()
    store = open_state_store(connect(project, environment), project, environment)
    hold = _lift(store)
    say(f"lifted: {hold.sentence()}" if hold else f"{project.name}-{environment} was not held")
    say(f"next: {place.command('deploy', environment)}")
    return 0


def _lift(store: StateStore) -> Hold | None:
    try:
        hold = store.hold()
    except UnknownStateError as error:
        say(f"removing it all the same: {error.what}", style="yellow")
        store.discard_hold()
        return None
    if hold:
        store.lift_hold(hold)
    return hold
