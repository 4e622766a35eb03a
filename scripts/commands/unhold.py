"""Lift the hold of an environment."""

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import open_state_store
from scripts.base import command
from scripts.base.console import say
from scripts.base.project import Project


def main(arguments: list[str]) -> int:
    """Lift a hold; harmless where there is none."""
    options = command.arguments_parser(__doc__).parse_args(arguments)
    environment, project = options.environment, Project.load()
    store = open_state_store(connect(project), project, environment)
    hold = store.hold()
    store.lift_hold()
    say(f"lifted: {hold.sentence()}" if hold else f"{project.name}-{environment} was not held")
    say(f"next: make deploy ENV={environment}")
    return 0
