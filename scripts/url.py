"""Print the address of an environment, one line."""

from scripts import command, facts
from scripts.aws import connect
from scripts.console import output
from scripts.errors import RefusedError
from scripts.project import Project


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


if __name__ == "__main__":
    command.run(main)
