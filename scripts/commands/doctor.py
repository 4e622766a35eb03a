"""Each guarantee that the documents promise: in force or not, and the fix. Changes nothing.

Looks at the repository on GitHub and at the account of the credentials. Ends with 1 where one is
not in force or cannot be seen; what the plan of the repository does not offer is told and does not
count. Takes GITHUB_TOKEN, or the token of `gh`; an administrator's sees all.
"""

import os

from scripts.adapters.aws.clients import connect
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.console import output
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.domain.findings import Finding, Section
from scripts.operations import account_findings, github_settings
from scripts.reporting.findings_text import lines, summary


def main(arguments: list[str]) -> int:
    """Print them."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    clients = connect(project, environment)
    account = account_findings.look(clients, project)
    return tell([_github(project), (f"AWS: account {clients.account_id}", account)])


def tell(sections: list[Section]) -> int:
    """Print sections of findings, each with its title; return the exit code."""
    for title, findings in sections:
        for line in [*lines(title, findings), ""]:
            output(line)
    everything = [finding for _, findings in sections for finding in findings]
    output(summary(everything))
    return SlipwayError.exit_code if any(finding.fails for finding in everything) else 0


def _github(project: Project) -> Section:
    """Look at GitHub; on the emulator only where somebody has given a token for it."""
    title = f"GitHub: {project.repository}"
    if place.here() == "emulator" and "GITHUB_TOKEN" not in os.environ:
        fix = f"{place.command('doctor', place.SOME, at='aws')}, with a token of GitHub"
        why = "the emulator has no GitHub"
        return title, [Finding("GitHub's settings", "cannot be seen", why, fix, offered=False)]
    return github_settings.section(project)
