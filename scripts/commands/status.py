"""What an environment runs: URL, release, hold, and each instance."""

import json

from scripts.adapters.aws.clients import connect
from scripts.base.command import arguments_parser
from scripts.base.console import output
from scripts.base.project import Project
from scripts.operations.existing import observe_existing
from scripts.reporting.status_text import COLUMNS, document, lines, rows
from scripts.reporting.tables import show


def main(arguments: list[str]) -> int:
    """Print an environment's status."""
    parser = arguments_parser(__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    observed = observe_existing(connect(project, environment), project, environment)
    if options.json:
        output(json.dumps(document(environment, observed)))
        return 0
    for line in lines(observed):
        output(line)
    show(COLUMNS, rows(observed))
    return 0
