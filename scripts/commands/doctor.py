"""Each guarantee that the documents promise: in force or not, and the fix. Changes nothing.

Ends with 1 where one is not in force or cannot be seen; what the repository's plan does not offer
is told and does not count. Takes GITHUB_TOKEN, or the token of `gh`; an administrator's sees all.
"""

from scripts.base.command import arguments_parser
from scripts.base.console import output
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.domain.findings import Finding
from scripts.operations import github_settings
from scripts.reporting.findings_text import lines, summary


def main(arguments: list[str]) -> int:
    """Print them."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    return tell([_github(Project.load())])


def tell(sections: list[tuple[str, list[Finding]]]) -> int:
    """Print sections of findings, each with its title; return the exit code."""
    for title, findings in sections:
        for line in [*lines(title, findings), ""]:
            output(line)
    everything = [finding for _, findings in sections for finding in findings]
    output(summary(everything))
    return SlipwayError.exit_code if any(finding.fails for finding in everything) else 0


def _github(project: Project) -> tuple[str, list[Finding]]:
    seen = github_settings.look(project)
    return f"GitHub: {seen.settings.repository}", seen.findings
