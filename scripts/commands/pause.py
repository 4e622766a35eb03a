"""Pause the rollouts of an environment: AWS replaces nothing until they are resumed.

What serves goes on serving. A pause survives a deploy and an apply, shows in `make status`, and
ends with `make resume`, or when something goes back: it never keeps a bad release in service.
"""

from scripts.adapters.aws import pausing
from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.base import command
from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.base.project import Project


def main(arguments: list[str]) -> int:
    """Pause the rollouts of an environment."""
    options = command.arguments_parser(__doc__).parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project)
    observed = observe(
        clients, project, environment, open_state_store(clients, project, environment)
    )
    if observed.facts is None or observed.group is None:
        raise RefusedError(
            f"{project.name}-{environment} does not exist yet",
            next_step=f"Run: make up ENV={environment}",
        )
    if observed.group.paused:
        say(f"already {pausing.sentence(observed.group, environment)}")
        return 0
    pausing.pause(clients, observed.facts)
    running = observed.refresh is not None and observed.refresh.active
    what = "the roll that runs is paused" if running else "no roll runs; the next one waits"
    say(f"{project.name}-{environment}: {what}", style="green")
    say(f"next: make resume ENV={environment}, or make abort ENV={environment}")
    return 0
