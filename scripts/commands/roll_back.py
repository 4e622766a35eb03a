"""Go back to an earlier verified release: no build, no Terraform. Holds the environment.

How it ended is also written as Markdown and as JSON: `scripts/reporting/report_files.py`.
"""

from scripts.adapters.aws.clients import connect
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.console import output, say
from scripts.base.project import Project
from scripts.operations.rollback import Options, roll_back
from scripts.reporting import report_files


def main(arguments: list[str]) -> int:
    """Roll an environment back."""
    parser = arguments_parser(__doc__)
    parser.add_argument("--to", metavar="VERSION", help="a release of its history")
    parser.add_argument("--reason", default="", help="why, for those who find the hold")
    parser.add_argument("--no-hold", action="store_true", help="do not hold it afterwards")
    parser.add_argument("--rejected-too", action="store_true", help="accept a rejected release")
    report_files.add_option(parser)
    given = parser.parse_args(arguments)
    options = Options(given.to or None, given.reason, not given.no_hold, given.rejected_too)
    environment, project = given.environment, Project.load()
    with report_files.written("roll_back", environment, given.report) as record:
        url = roll_back(connect(project, environment), project, environment, options, record)
    held = f"; held until: {place.command('unhold', environment)}" if options.hold else ""
    say(f"next: {place.command('status', environment)}{held}")
    output(url)
    return 0
