"""Pause the rollouts of an environment: AWS replaces nothing until they are resumed.

What serves goes on serving. A pause survives a deploy and an apply, shows in `make status`, and
ends with `make resume`, or when something goes back: it never keeps a bad release in service.
"""

from scripts.adapters.aws import pausing
from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import look, open_store
from scripts.base import command
from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.base.project import Project


def main(arguments: list[str]) -> int:
    """Pause the rollouts of an environment."""
    options = command.arguments_parser(__doc__).parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project)
    world = look(clients, project, environment, open_store(clients, project, environment))
    if world.facts is None or world.group is None:
        raise RefusedError(
            f"{project.name}-{environment} does not exist yet",
            next_step=f"Run: make up ENV={environment}",
        )
    if world.group.paused:
        say(f"already {pausing.sentence(world.group, environment)}")
        return 0
    pausing.pause(clients, world.facts)
    running = world.refresh is not None and world.refresh.active
    what = "the roll that runs is paused" if running else "no roll runs; the next one waits"
    say(f"{project.name}-{environment}: {what}", style="green")
    say(f"next: make resume ENV={environment}, or make abort ENV={environment}")
    return 0
