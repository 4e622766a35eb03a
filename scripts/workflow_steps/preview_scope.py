"""Which parts of the preview this event gets: tests, a plan, a comment, or the checks alone.

Outputs: `test`, `plan`, `comment` (`true` or `false`), `environments` to plan and those that are
`unconnected`, each a JSON list.
"""

import json
from collections.abc import Sequence
from typing import Any

from scripts.adapters.github import job
from scripts.adapters.github.event import current_run, event
from scripts.base import place
from scripts.base.command import arguments_parser
from scripts.base.git_tree import merged_changes
from scripts.base.project import ROOT, Project

UNCONNECTED = (
    "**No plan: this clone is not connected to AWS yet,** and nothing is wrong: `project.json` "
    f"gives no environment an account. `{place.command('connect')}` does, as docs/adopting.md says."
)
WITHOUT_TOKEN = "dependabot[bot]"
"""GitHub gives this bot's runs no token for AWS and none that may write."""

PAGES = ("docs/", "bench/", "infra/")
"""Below these, and at the top, Markdown is for people: `make check` reads it, and nothing else. The
image holds that of app/, and a test may read any other."""


def why_no_tests(name: str, changed: Sequence[str]) -> str:
    """Say why `make test` is not run; empty where it is.

    Args:
        name: of the event: `pull_request`, `merge_group`.
        changed: the files that the pull request changes; none where nobody knows them.
    """
    if name != "pull_request" or not changed or not all(map(_is_page, changed)):
        return ""
    check = place.command("check")
    return f"**No tests: only Markdown changed,** which `{check}` reads and nothing else does."


def _is_page(file: str) -> bool:
    return file.endswith(".md") and ("/" not in file or file.startswith(PAGES))


def why_no_plan(name: str, payload: dict[str, Any], actor: str, *, connected: bool) -> str:
    """Say why no plan is made; empty where one is.

    Args:
        name: of the event: `pull_request`, `merge_group`.
        payload: the webhook's.
        actor: who caused it.
        connected: whether any environment has an AWS account.
    """
    if not connected:
        return UNCONNECTED
    if name != "pull_request":
        return "The merge queue runs the checks alone: the plan was made for the pull request."
    pull = payload["pull_request"]
    head = pull["head"].get("repo") or {}
    if head.get("full_name") != pull["base"]["repo"]["full_name"]:
        return (
            "**No plan: this comes from a fork,** which gets no credentials. Where it changes the "
            "infrastructure, push the same commits to a branch of this repository: that is planned."
        )
    if actor == WITHOUT_TOKEN:
        return (
            "**No plan: GitHub gives this bot no token for AWS.** Push an empty commit to its "
            "branch, or merge after the checks alone."
        )
    return ""


def main(arguments: list[str]) -> int:
    """Tell the jobs behind this one."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    started = current_run()
    name = started.event if started else ""
    untested = why_no_tests(name, merged_changes(ROOT))
    known = Project.load().environments
    connected = [one.name for one in known if one.account_id]
    unplanned = why_no_plan(
        name, event(), started.actor if started else "", connected=bool(connected)
    )
    job.set_output("test", not untested)
    job.set_output("plan", not unplanned)
    job.set_output("comment", not unplanned)
    job.set_output("environments", json.dumps(connected))
    job.set_output("unconnected", json.dumps([one.name for one in known if not one.account_id]))
    for title, why in (("No tests are run", untested), ("No plan is made", unplanned)):
        if why:
            job.annotate("notice", title, why.replace("*", ""))
            job.summary(why)
    return 0
