"""Report how the job of an environment ended: summary, Deployment, issue. The job's last step.

From the environment, as the workflow has them: STATUS (of the job), ACTS, WHY and APPLIED (of
`begin_deployment.py`), PASSED (of `release_commit.py`), DEPLOYMENT (its id), VERB (`deploy` or
`roll-back`).

Where a plan was refused, nothing was touched: what `begin_deployment.py` wrote ahead is taken back
first.
"""

import json
import os
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.adapters.github import issues, job, step_failure
from scripts.adapters.github.deployments import State, say_state
from scripts.adapters.github.step_failure import Failed
from scripts.adapters.terraform.cli import work_folder
from scripts.base import command
from scripts.base.actor import actor_name
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.domain import ledger
from scripts.operations.again import again
from scripts.reporting.report_files import DOCUMENT, PAGE
from scripts.reporting.run_summary import Ending, Result, page, state

INFRASTRUCTURE = "apply-reviewed"
UNTOUCHED = (2, 3)
"""Exit codes of a step that ended before it changed anything."""

STATES: dict[Result, State] = {
    "done": "success",
    "alone": "inactive",
    "refused": "error",
    "failed": "failure",
}


def main(arguments: list[str]) -> int:
    """Report."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    failed = step_failure.noted()
    if failed and failed.step == INFRASTRUCTURE and failed.exit_code in UNTOUCHED:
        _take_back(environment)
    ending = _ending(environment, failed)
    text = page(ending)
    job.summary(text)
    url = str(ending.report["url"]) if ending.report and ending.succeeded else ""
    say_state(os.environ.get("DEPLOYMENT", ""), STATES[ending.result], ending.headline, url)
    deploys = os.environ.get("VERB") != "roll-back"
    if ending.result == "failed" or (ending.result == "refused" and deploys):
        verb = "deploy" if deploys else "rollback"
        title = f"The last {verb} of {environment} failed"
        issues.report(issues.DEPLOY, environment, title, text)
    elif ending.result == "done" and deploys:
        issues.settle(issues.DEPLOY, environment)
    return 0


def _take_back(environment: str) -> None:
    project = Project.load()
    store = open_state_store(connect(project, environment), project, environment)
    again(lambda: _take_back_once(store))


def _take_back_once(store: StateStore) -> None:
    book = store.read()
    if book and book.pending and book.pending.run == actor_name():
        store.write(ledger.take_back(book, os.environ.get("APPLIED") or None))


def _ending(environment: str, failed: Failed | None) -> Ending:
    deploys = os.environ.get("VERB") != "roll-back"
    alone = os.environ.get("PASSED", "")
    if deploys and os.environ.get("ACTS") != "true":
        alone = os.environ.get("WHY", "") or alone
    report, text = _report(environment)
    return Ending(
        environment=environment,
        succeeded=os.environ.get("STATUS") == "success",
        alone=alone,
        report=report,
        page=text,
        failed=failed,
        now=_now(environment),
    )


def _report(environment: str) -> tuple[dict[str, Any] | None, str]:
    folder = work_folder(environment)
    try:
        return json.loads((folder / DOCUMENT).read_text()), (folder / PAGE).read_text()
    except (OSError, ValueError):
        return None, ""


def _now(environment: str) -> str:
    """Look once more; a job that failed before it had credentials cannot."""
    try:
        project = Project.load()
        clients = connect(project, environment)
        store = open_state_store(clients, project, environment)
        return state(environment, observe(clients, store))
    except (SlipwayError, BotoCoreError, ClientError):
        return ""
