"""One issue per environment about its failed deploy: opened, kept current, closed by a good one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scripts.errors import SlipwayError
from scripts.github.client import asking, repository
from scripts.github.event import current_run
from scripts.github.job import annotate, clip

if TYPE_CHECKING:
    from github.Issue import Issue

LABEL = "deploy-failed"
NEEDS = "issues: write"
BODY_BYTES = 60_000
"""GitHub takes 65,536 characters."""


def marker(environment: str) -> str:
    """What tells the issue of an environment from others, wherever people move its title."""
    return f"<!-- slipway:deploy:{environment} -->"


def report_failure(environment: str, title: str, text: str) -> None:
    """Open the environment's issue, or write the newest failure into it.

    Args:
        environment: which one.
        title: one line.
        text: Markdown.
    """
    _try(lambda: _report(environment, title, text), environment)


def report_success(environment: str) -> None:
    """Close the environment's issue; harmless without one."""
    _try(lambda: _close(environment), environment)


def _report(environment: str, title: str, text: str) -> None:
    run = current_run()
    body = clip(f"{marker(environment)}\n{text}\n\n{run.url if run else ''}\n", BODY_BYTES)
    with asking(f"telling that a deploy of {environment} failed", NEEDS):
        issue = _find(environment)
        if issue is None:
            repository().create_issue(title=title, body=body, labels=[LABEL])
            return
        issue.edit(title=title, body=body)
        issue.create_comment(f"It failed again: {run.url if run else ''}")


def _close(environment: str) -> None:
    run = current_run()
    with asking(f"closing the issue of {environment}", NEEDS):
        issue = _find(environment)
        if issue is not None:
            issue.create_comment(f"Deployed well: {run.url if run else ''}")
            issue.edit(state="closed")


def _find(environment: str) -> "Issue | None":
    for issue in repository().get_issues(state="open", labels=[LABEL]):
        # Anybody may write the marker into an issue of their own; only ours is edited.
        if issue.user.type == "Bot" and marker(environment) in (issue.body or ""):
            return issue
    return None


def _try(act: Callable[[], None], environment: str) -> None:
    if current_run() is None:
        return
    try:
        act()
    except SlipwayError as error:
        annotate("warning", f"The issue of {environment} is not current", str(error))
