"""Write the pull request's one comment, and the longer page of the run, from the summaries.

    PLANS=FOLDER NAMES='["ENV", …]' UNCONNECTED='[]' python -m scripts preview-comment

Runs the base commit's code: the `summary.json` files below FOLDER come from the pull request's
run and are read as a stranger's. An environment without one that can be read is shown as failed.
"""

import functools
import json
import os
from collections.abc import Callable
from pathlib import Path

from github.IssueComment import IssueComment

from scripts.adapters.github import job
from scripts.adapters.github.client import asking, repository
from scripts.adapters.github.event import current_run, event
from scripts.base.command import arguments_parser
from scripts.base.console import say
from scripts.domain.receipt import ENVIRONMENT
from scripts.reporting import comment_body, plan_summary
from scripts.reporting.plan_summary import Summary

AUTHOR = "github-actions[bot]"
NEEDS = "pull-requests: write"


def read_summaries(folder: Path, names: list[str]) -> tuple[list[Summary], list[str]]:
    """Return the summaries in the order of their names, and the names of those that lack.

    Args:
        folder: holds any number of folders, each with a `summary.json`.
        names: of the environments.
    """
    found: dict[str, Summary] = {}
    for file in sorted(folder.rglob("summary.json")):
        try:
            with file.open("rb") as opened:
                one = plan_summary.load(opened.read(plan_summary.LARGEST_BYTES + 1))
        except (ValueError, OSError) as error:
            say(f"{file.parent.name}: not read: {error}")
            continue
        found[one.environment] = one
    return [found[name] for name in names if name in found], [n for n in names if n not in found]


def is_ours(comment: IssueComment) -> bool:
    """Whether a comment is the one: by author and marker."""
    return comment.user.login == AUTHOR and comment.body.startswith(comment_body.MARKER)


def write(number: int, body_after: Callable[[str], str]) -> None:
    """Replace the comment of a pull request, or make it.

    Args:
        number: of the pull request.
        body_after: makes the body from that of the present comment, empty where there is none.

    Raises:
        SlipwayError: GitHub refuses it.
    """
    with asking(f"commenting on pull request #{number}", NEEDS):
        pull = repository().get_pull(number)
        ours = [one for one in pull.get_issue_comments() if is_ours(one)]
        if ours:
            ours[-1].edit(body_after(ours[-1].body))
        else:
            pull.create_issue_comment(body_after(""))


def main(arguments: list[str]) -> int:
    """Write both."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    pull = event()["pull_request"]
    # Of the pull request's tree: the base's, which is checked out, may lack a new one.
    names, unconnected = _names("NAMES"), _names("UNCONNECTED")
    summaries, missing = read_summaries(Path(os.environ["PLANS"]), names)
    started = current_run()
    address = started.url if started else ""
    head = str(pull["head"]["sha"])

    def body(most_bytes: int, before: str = "") -> str:
        dropped = comment_body.changed_by(before)
        return comment_body.page(
            summaries, missing, head, address, most_bytes, dropped, unconnected
        )

    job.summary(body(comment_body.SUMMARY_BYTES))
    write(int(pull["number"]), functools.partial(body, comment_body.COMMENT_BYTES))
    return 0


def _names(variable: str) -> list[str]:
    return [name for name in json.loads(os.environ[variable]) if ENVIRONMENT.fullmatch(name)]
