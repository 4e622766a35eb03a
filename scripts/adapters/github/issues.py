"""One issue per topic and environment, or for all: opened, kept current, closed when over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.adapters.github.client import asking, repository
from scripts.adapters.github.event import current_run
from scripts.adapters.github.job import annotate, clip
from scripts.base.errors import SlipwayError

if TYPE_CHECKING:
    from github.Issue import Issue

NEEDS = "issues: write"
ALL = "all"
"""In place of an environment, where one issue is about all: project.schema.json keeps it free."""
BODY_BYTES = 60_000
"""GitHub takes 65,536 characters."""


@dataclass(frozen=True)
class Topic:
    """What an issue is about.

    Attributes:
        name: in its marker.
        label: that it carries.
        again: comment where it was open already; empty for none.
        over: comment with which it is closed.
    """

    name: str
    label: str
    again: str
    over: str


DEPLOY = Topic("deploy", "deploy-failed", "It failed again", "Deployed well")
# Looked for again and again: a comment each time would say nothing new.
DRIFT = Topic("drift", "drift", "", "Nothing differs anymore")
NEWEST_AMI = Topic("newest-ami", "newest-ami", "", "Every environment names the newest one")
DOCTOR = Topic("doctor", "not-in-force", "", "Everything that this job can see is in force")
TOPICS = (DEPLOY, DRIFT, NEWEST_AMI, DOCTOR)


def marker(topic: Topic, environment: str) -> str:
    """What tells the issue of an environment from others, wherever people move its title."""
    return f"<!-- pipeline:{topic.name}:{environment} -->"


def report(topic: Topic, environment: str, title: str, text: str) -> None:
    """Open the environment's issue, or write what is newest into it.

    Args:
        topic: what it is about.
        environment: which one, or `ALL`.
        title: one line.
        text: Markdown.
    """
    _try(lambda: _report(topic, environment, title, text), environment)


def settle(topic: Topic, environment: str) -> None:
    """Close the environment's issue; harmless without one."""
    _try(lambda: _close(topic, environment), environment)


def _report(topic: Topic, environment: str, title: str, text: str) -> None:
    run = current_run()
    address = run.url if run else ""
    body = clip(f"{marker(topic, environment)}\n{text}\n\n{address}\n", BODY_BYTES)
    with asking(f"writing the issue of {environment}", NEEDS):
        issue = _find(topic, environment)
        if issue is None:
            repository().create_issue(title=title, body=body, labels=[topic.label])
            return
        issue.edit(title=title, body=body)
        if topic.again:
            issue.create_comment(f"{topic.again}: {address}")


def _close(topic: Topic, environment: str) -> None:
    run = current_run()
    with asking(f"closing the issue of {environment}", NEEDS):
        issue = _find(topic, environment)
        if issue is not None:
            issue.create_comment(f"{topic.over}: {run.url if run else ''}")
            issue.edit(state="closed")


def _find(topic: Topic, environment: str) -> "Issue | None":
    for issue in repository().get_issues(state="open", labels=[topic.label]):
        # Anybody may write the marker into an issue of their own; only ours is edited.
        if issue.user.type == "Bot" and marker(topic, environment) in (issue.body or ""):
            return issue
    return None


def _try(act: Callable[[], None], environment: str) -> None:
    if current_run() is None:
        return
    try:
        act()
    except SlipwayError as error:
        annotate("warning", f"The issue of {environment} is not current", str(error))
