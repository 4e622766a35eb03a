"""Look for newer machine images (AMIs); tell the change in the run's summary and in one issue.

The issue is opened by the first look that finds a newer one, and closed by the first that does not.
"""

from scripts.adapters.aws.clients import connect_to_any
from scripts.adapters.github import issues, job
from scripts.base import clock, command
from scripts.base.console import say
from scripts.base.project import Project
from scripts.operations.find_newest_ami import find_newest_amis
from scripts.reporting.newest_ami_text import lines, page

TITLE = "Amazon offers a newer machine image"


def main(arguments: list[str]) -> int:
    """Look, and tell."""
    command.arguments_parser(__doc__, environment=False).parse_args(arguments)
    project, now = Project.load(), clock.now()
    # Amazon's images are the same in every account of a region.
    clients = connect_to_any(project, project.account_ids)
    found = find_newest_amis(clients, [one.name for one in project.environments])
    for environment, one in found.items():
        for line in lines(environment, one, now):
            say(line)
    text = page(found, now)
    job.summary(text)
    behind = [environment for environment, one in found.items() if not one.current]
    if behind:
        job.annotate("notice", TITLE, f"{', '.join(behind)}: the summary shows the change")
        issues.report(issues.NEWEST_AMI, issues.ALL, TITLE, text)
    else:
        issues.settle(issues.NEWEST_AMI, issues.ALL)
    return 0
