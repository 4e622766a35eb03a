"""Print the address of an environment, one line."""

from scripts.adapters.aws.clients import connect
from scripts.base.command import arguments_parser
from scripts.base.console import output
from scripts.base.project import Project
from scripts.operations.existing import facts_of


def main(arguments: list[str]) -> int:
    """Print an environment's URL."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    output(facts_of(connect(project, environment), project, environment).url)
    return 0
