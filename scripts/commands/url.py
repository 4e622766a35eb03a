"""Print the address of an environment, one line."""

from scripts.adapters.aws.clients import connect
from scripts.base import command
from scripts.base.console import output
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain import facts


def main(arguments: list[str]) -> int:
    """Print an environment's URL."""
    options = command.arguments_parser(__doc__).parse_args(arguments)
    environment, project = options.environment, Project.load()
    found = facts.read(connect(project).ssm, project.parameter(environment, "facts"))
    if found is None:
        raise RefusedError(
            f"{project.name}-{environment} does not exist yet",
            next_step=f"Run: make up ENV={environment}",
        )
    output(found.url)
    return 0
