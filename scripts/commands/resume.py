"""Let the paused rollouts of an environment continue."""

from scripts.adapters.aws import pausing
from scripts.adapters.aws.clients import connect
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.project import Project
from scripts.operations.existing import observe_existing


def main(arguments: list[str]) -> int:
    """Resume the rollouts of an environment."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    clients = connect(project, environment)
    existing = observe_existing(clients, project, environment).existing
    if not existing.group.paused:
        say(f"{project.name}-{environment} was not paused")
        return 0
    pausing.resume(clients, existing.facts)
    say(f"{project.name}-{environment}: rollouts continue", style="green")
    say(f"next: {place.command('status', environment)}")
    return 0
