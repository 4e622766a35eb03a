"""Pause the rollouts of an environment: AWS replaces no instance until they are resumed.

Instances in service stay in service. A pause survives a deploy and an apply, shows in the status,
and ends when it is resumed, or when something goes back: it never keeps a bad release in service.
"""

from scripts.adapters.aws import pausing
from scripts.adapters.aws.clients import connect
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.project import Project
from scripts.operations.existing import observe_existing


def main(arguments: list[str]) -> int:
    """Pause the rollouts of an environment."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    clients = connect(project, environment)
    observed = observe_existing(clients, project, environment)
    existing = observed.existing
    if existing.group.paused:
        say(f"already {pausing.sentence(existing.group, environment)}")
        return 0
    pausing.pause(clients, existing.facts)
    running = observed.refresh is not None and observed.refresh.active
    what = "the running rollout is paused" if running else "no rollout is running; the next waits"
    say(f"{project.name}-{environment}: {what}", style="green")
    or_abort = f", or {place.command('abort', environment)}" if running else ""
    say(f"next: {place.command('resume', environment)}{or_abort}")
    return 0
