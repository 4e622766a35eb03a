"""End a rollout that runs: every instance that it replaced runs the recorded release again.

A first release that comes up is ended too: the group goes back to 0. How it ended is also written
as Markdown and as JSON: `scripts/reporting/report_files.py`.
"""

from scripts.adapters.aws.clients import connect
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.base.project import Project
from scripts.operations.abort_rollout import abort_rollout
from scripts.reporting import report_files


def main(arguments: list[str]) -> int:
    """Abort the rollout of an environment."""
    parser = arguments_parser(__doc__)
    report_files.add_option(parser)
    given = parser.parse_args(arguments)
    environment, project = given.environment, Project.load()
    with report_files.written("abort", environment, given.report) as record:
        abort_rollout(connect(project, environment), project, environment, record)
    say(f"next: {place.command('status', environment)}")
    return 0
