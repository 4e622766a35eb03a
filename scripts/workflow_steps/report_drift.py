"""Look where an environment differs; tell it in the run's summary and in one issue.

The issue is opened by the first look that finds something, and closed by the first that does not.
"""

from collections.abc import Iterable

from scripts.adapters.aws.clients import connect
from scripts.adapters.github import issues, job
from scripts.base import command, place
from scripts.base.console import say
from scripts.base.markdown import code
from scripts.base.project import Project
from scripts.domain.drift_findings import Drift
from scripts.operations.find_drift import find_drift
from scripts.reporting.drift_lines import lines, shown


def main(arguments: list[str]) -> int:
    """Look, and tell."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    found = find_drift(connect(project, environment), project, environment)
    for line in lines(found):
        say(f"{environment}: {line}")
    page = text(environment, found)
    job.summary(page)
    if found.differs:
        job.annotate("warning", f"{environment} differs", "; ".join(lines(found)))
        issues.report(
            issues.DRIFT, environment, f"{environment} differs from its recorded state", page
        )
    elif not found.busy:
        issues.settle(issues.DRIFT, environment)
    return 0


def text(environment: str, found: Drift) -> str:
    """Return what differs as Markdown; names and messages of AWS stay text."""
    if found.busy:
        return f"⏳ **{environment}** was not judged, something is under way: {code(found.busy)}"
    differing = [*found.fleet, *map(shown, found.changes)]
    parts = [f"⚠ **{environment}** differs from its recorded state:", *_listed(differing), ""]
    parts += [
        f"A deployment puts instances back: {code(place.command('deploy', environment))}. What "
        "Terraform names was changed by hand or by AWS: undo it there, or bring it into `infra/` "
        "by a pull request. docs/runbook.md says more."
    ]
    if not differing:
        parts = [f"✅ **{environment}** is as recorded."]
    if found.ahead:
        parts += ["", "Main is ahead, which is no drift:", *_listed(found.ahead)]
    return "\n".join(parts)


def _listed(entries: Iterable[str]) -> list[str]:
    return ["", *(f"- {code(entry)}" for entry in entries)]
