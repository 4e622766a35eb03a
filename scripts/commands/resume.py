"""Let the paused rollouts of an environment go on."""

from scripts.adapters.aws import pausing
from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.base import command
from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.base.project import Project


def main(arguments: list[str]) -> int:
    """Let the rollouts of an environment go on."""
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
    if not observed.group.paused:
        say(f"{project.name}-{environment} was not paused")
        return 0
    pausing.resume(clients, observed.facts)
    say(f"{project.name}-{environment}: rollouts go on", style="green")
    say(f"next: make status ENV={environment}")
    return 0
