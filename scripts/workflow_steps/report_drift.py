"""Look where an environment differs; tell it in the run's summary and in one issue.

The issue is opened by the first look that finds something, and closed by the first that does not.
"""

from scripts.adapters.aws.clients import connect
from scripts.adapters.github import issues, job
from scripts.base import command
from scripts.base.console import say
from scripts.base.escape import span
from scripts.base.project import Project
from scripts.commands import drift

NEXT = (
    "A dispatch of deploy puts instances back. What Terraform names was changed by hand or by AWS: "
    "undo it there, or bring it into `infra/` by a pull request. docs/runbook.md says more."
)


def main(arguments: list[str]) -> int:
    """Look, and tell."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    found = drift.find(connect(project), project, environment)
    for line in drift.lines(found):
        say(f"{environment}: {line}")
    page = text(environment, found)
    job.summary(page)
    if found.differs:
        job.annotate("warning", f"{environment} differs", "; ".join(drift.lines(found)))
        issues.report(issues.DRIFT, environment, f"{environment} is not what it was left as", page)
    elif not found.busy:
        issues.settle(issues.DRIFT, environment)
    return 0


def text(environment: str, found: drift.Drift) -> str:
    """Return what differs as Markdown; names and messages of AWS stay text."""
    if found.busy:
        return f"⏳ **{environment}** was not judged, something is under way: {span(found.busy)}"
    differing = [*found.fleet, *map(drift.shown, found.changes)]
    parts = [f"⚠ **{environment}** is not what it was left as:", *_listed(differing), "", NEXT]
    if not differing:
        parts = [f"✅ **{environment}** is what it was left as."]
    if found.ahead:
        parts += ["", "Main is ahead, which is no drift:", *_listed(found.ahead)]
    return "\n".join(parts)


def _listed(lines: "list[str] | tuple[str, ...]") -> list[str]:
    return ["", *(f"- {span(line)}" for line in lines)]
