"""Look which guarantees of an environment are in force; tell it in the summary and in one issue.

The issue is opened by the first look that finds one which is not in force, and closed by the first
that finds none. What this job's token cannot see is told in the summary alone. Changes nothing.
"""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from scripts.adapters.aws.clients import connect
from scripts.adapters.github import issues, job
from scripts.adapters.github.event import current_run
from scripts.base import command, place
from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.findings import Section
from scripts.domain.role_claims import MAIN
from scripts.operations import account_findings, github_settings, token_findings
from scripts.reporting.findings_text import issue, lines, page

WORKFLOW = "doctor.yml"


def main(arguments: list[str]) -> int:
    """Look, and tell."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    run = current_run()
    if run and run.ref != MAIN:
        raise RefusedError(
            "AWS gives roles to main alone, and what a branch sees says nothing about it",
            which=f"this run is of {run.ref}",
            next_step=place.command("doctor", at="github"),
        )
    sections = list(_look(project, environment))
    for title, findings in sections:
        for line in lines(title, findings):
            say(line)
    job.summary(page(environment, sections))
    broken = [one.guarantee for _, findings in sections for one in findings if one.broken]
    if broken:
        title = f"{environment}: guarantees are not in force"
        job.annotate("warning", title, "; ".join(broken))
        issues.report(issues.DOCTOR, environment, title, issue(environment, sections))
    else:
        issues.settle(issues.DOCTOR, environment)
    return 0


def _look(project: Project, environment: str) -> Iterator[Section]:
    # The repository is one, and is told with the first environment that has such a job.
    if environment == next((one.name for one in project.environments if one.account_id), ""):
        yield github_settings.section(project)
    yield "The token of this job", [token_findings.look(project, WORKFLOW)]
    try:
        clients = connect(project, environment)
    except (BotoCoreError, ClientError) as error:
        yield "AWS", [account_findings.closed(environment, str(error))]
        return
    found = account_findings.look(clients, project, environment)
    yield f"AWS: account {clients.account_id}", found
