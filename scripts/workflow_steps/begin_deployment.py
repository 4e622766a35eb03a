"""Look whether an environment has something to do for this commit, and write ahead.

With `--look` nothing is written: for the job that decides whether somebody has to approve.
Options come from the environment, as the workflow has them: RETRY, UNHOLD (`true` or not).
Outputs: `verdict`, `why`, `acts`, `infrastructure`, `deployment`, `applied` (hash of the
infrastructure as it stood before, empty where that is not known); with `--look` also `ask`.
"""

import argparse
import os
from dataclasses import replace

from github import UnknownObjectException

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import Clients, connect
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.adapters.github import job
from scripts.adapters.github.client import asking, repository
from scripts.adapters.github.deployments import open_deployment
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base import clock, command, release_version
from scripts.base.actor import actor_name
from scripts.base.console import say
from scripts.base.git_tree import git, head_commit
from scripts.base.project import FIRST, ROOT, Project
from scripts.domain import ledger
from scripts.domain.desired_state import DesiredState
from scripts.domain.observed_state import ObservedState
from scripts.domain.verdict import Asked, Verdict, judge

APPROVAL = "prod-approval"
"""The environment whose required reviewers let prod begin."""


def main(arguments: list[str]) -> int:
    """Decide, write ahead, and tell the job."""
    parser: argparse.ArgumentParser = command.arguments_parser(__doc__)
    parser.add_argument("--look", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project)
    store = open_state_store(clients, project, environment)
    observed = observe(clients, project, environment, store)
    asked = _asked(clients, project, environment, observed)
    verdict = judge(_without_hold(observed) if job.is_set("UNHOLD") else observed, asked)
    say(f"{environment}: {verdict.kind}: {verdict.why}")
    _tell(environment, verdict)
    if options.observe:
        job.set_output("ask", verdict.kind == "work" and _may_ask(environment, verdict))
    elif verdict.acts:
        if job.is_set("UNHOLD") and observed.hold:
            store.lift_hold()
            say(f"lifted: {observed.hold.sentence()}")
        _write_ahead(store, observed, verdict)
        job.set_output("applied", (observed.ledger and observed.ledger.inputs) or "")
        job.set_output("deployment", _open(environment, asked, verdict))
    return 0


def overtaken_by(commit: str | None) -> str:
    """Return the ledger's commit where the checked-out one is a strict ancestor of it."""
    head = head_commit(ROOT)
    if not commit or commit == head:
        return ""
    # Fails where the commit is unknown here: main was rewritten, and ancestry says nothing.
    base = git(ROOT, "merge-base", head, commit, check=False)
    return commit if base == head else ""


def _without_hold(observed: ObservedState) -> ObservedState:
    return replace(observed, hold=None)


def _asked(clients: Clients, project: Project, environment: str, observed: ObservedState) -> Asked:
    version = release_version.version()
    desired = DesiredState(
        verb="deploy",
        version=version,
        digest=image.find_digest(clients.ecr, project.name, version),
        inputs=inputs_hash(ROOT / "infra" / "envs" / environment),
        retry=job.is_set("RETRY"),
    )
    overtaken = overtaken_by(observed.ledger.commit if observed.ledger else None)
    if environment == FIRST:
        return Asked(desired, overtaken)
    first = open_state_store(clients, project, FIRST).read()
    return Asked(desired, overtaken, FIRST, first)


def _tell(environment: str, verdict: Verdict) -> None:
    job.set_output("verdict", verdict.kind)
    job.set_output("why", verdict.why)
    job.set_output("acts", verdict.acts)
    job.set_output("infrastructure", verdict.infrastructure)
    if verdict.kind in ("held", "failed-before"):
        job.annotate("warning", f"{environment} was left alone", verdict.why)
    elif not verdict.acts:
        job.annotate("notice", f"{environment} was left alone", verdict.why)


def _may_ask(environment: str, verdict: Verdict) -> bool:
    """Whether somebody can be asked to approve; a person's own dispatch needs nobody else."""
    if os.environ.get("GITHUB_EVENT_NAME") != "push" or _reviewers():
        return True
    text = (
        f"{environment} has something to do ({verdict.why}), and nobody is required to review the "
        f"environment {APPROVAL}: it waits for a person. Actions → deploy → Run workflow → "
        f"{environment}"
    )
    job.annotate("warning", f"{environment} waits for a dispatch", text)
    job.summary(f"⏸ **{environment}** waits: {text}")
    return False


def _reviewers() -> bool:
    with asking(f"reading the environment {APPROVAL}", "actions: read"):
        try:
            rules = repository().get_environment(APPROVAL).protection_rules
        except UnknownObjectException:
            return False
        return any(rule.type == "required_reviewers" for rule in rules)


def _write_ahead(store: StateStore, observed: ObservedState, verdict: Verdict) -> None:
    """Note the commit, and Terraform's beginning; there is no ledger before the first apply."""
    if observed.ledger is None:
        return
    head = head_commit(ROOT)
    book = replace(observed.ledger, commit=head)
    if verdict.infrastructure:
        pending = ledger.Pending("infrastructure", "", "", head, actor_name(), clock.now())
        book = ledger.begin(book, pending)
    if book != observed.ledger:
        store.write(book)


def _open(environment: str, asked: Asked, verdict: Verdict) -> str:
    desired = asked.desired
    payload = {
        "kind": "deploy",
        "version": desired.version,
        "digest": desired.digest,
        "inputs": desired.inputs,
        "infrastructure": verdict.infrastructure,
    }
    return open_deployment(environment, payload, f"{desired.version}: {verdict.why}")
