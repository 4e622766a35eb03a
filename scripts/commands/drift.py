"""Say where an environment differs from what it should be, and where main is ahead of it.

Changes nothing. Ends with 1 where something differs; what is only waiting is no difference.
"""

from scripts.adapters.aws.clients import connect
from scripts.base.command import arguments_parser
from scripts.base.console import output
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.operations.find_drift import find_drift
from scripts.reporting.drift_lines import lines


def main(arguments: list[str]) -> int:
    """Print what differs."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    drift = find_drift(connect(project, environment), project, environment)
    for line in lines(drift):
        output(line)
    return SlipwayError.exit_code if drift.differs else 0
