"""Look whether an environment has something to do for this commit, and write ahead.

With `--look` nothing is written: for the job that decides whether somebody has to approve.
Options come from the environment, as the workflow has them: RETRY, UNHOLD (`true` or not).
Outputs: `verdict`, `why`, `acts`, `infrastructure`, `deployment`, `applied` (hash of the
infrastructure as it stood before, empty where that is not known); with `--look` also `ask`.
"""

import argparse
import os
from dataclasses import dataclass, replace

from scripts.adapters.aws.clients import Clients, connect
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.adapters.github import job
from scripts.adapters.github.client import asking, repository
from scripts.adapters.github.deployments import open_deployment
from scripts.base import clock, command, place
from scripts.base.actor import actor_name
from scripts.base.console import say
from scripts.base.git_tree import git, head_commit
from scripts.base.project import ROOT, Environment, Project
from scripts.domain import ledger
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import ObservedState
from scripts.domain.verdict import Asked, Verdict, judge
from scripts.operations.again import again
from scripts.operations.deployment import Options, desired_state


@dataclass(frozen=True)
class Begun:
    """What was seen, what was asked for, and what follows from both."""

    observed: ObservedState
    asked: Asked
    verdict: Verdict


def main(arguments: list[str]) -> int:
    """Decide, write ahead, and tell the job."""
    parser: argparse.ArgumentParser = command.arguments_parser(__doc__)
    parser.add_argument("--look", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project, environment)
    store = open_state_store(clients, project, environment)

    def begin() -> Begun:
        observed = observe(clients, store)
        asked = _asked(clients, project, environment, observed)
        verdict = judge(_without_hold(observed) if job.is_set("UNHOLD") else observed, asked)
        if verdict.acts and not options.look:
            if job.is_set("UNHOLD") and observed.hold:
                store.lift_hold(observed.hold)
                say(f"lifted: {observed.hold.sentence()}")
            _write_ahead(store, observed, verdict)
        return Begun(observed, asked, verdict)

    begun = again(begin)
    verdict = begun.verdict
    say(f"{environment}: {verdict.kind}: {verdict.why}")
    _tell(environment, verdict)
    if options.look:
        may_ask = verdict.kind == "work" and _may_ask(project.environment(environment), verdict)
        job.set_output("ask", may_ask)
    elif verdict.acts:
        job.set_output("applied", (begun.observed.ledger and begun.observed.ledger.inputs) or "")
        job.set_output("deployment", _open(environment, begun.asked, verdict))
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
    options = Options(retry=job.is_set("RETRY"))
    desired = desired_state(clients, project, environment, options)
    overtaken = overtaken_by(observed.ledger.commit if observed.ledger else None)
    after = project.environment(environment).after
    if after is None:
        return Asked(desired, overtaken)
    verified = open_state_store(clients, project, after).read()
    return Asked(desired, overtaken, after, verified)


def _tell(environment: str, verdict: Verdict) -> None:
    job.set_output("verdict", verdict.kind)
    job.set_output("why", verdict.why)
    job.set_output("acts", verdict.acts)
    job.set_output("infrastructure", verdict.infrastructure)
    if verdict.kind in ("held", "failed-before"):
        job.annotate("warning", f"{environment} was left alone", verdict.why)
    elif not verdict.acts:
        job.annotate("notice", f"{environment} was left alone", verdict.why)


def _may_ask(environment: Environment, verdict: Verdict) -> bool:
    """Whether somebody can be asked to approve; a person's own dispatch needs no other person."""
    if os.environ.get("GITHUB_EVENT_NAME") != "push" or not environment.approval:
        return True
    if _has_reviewers(environment.approvers):
        return True
    text = (
        f"{environment.name} has something to do ({verdict.why}), and the environment "
        f"{environment.approvers} has no required reviewers: it waits for a person. "
        f"To deploy: {place.command('deploy', environment.name)}"
    )
    job.annotate("warning", f"{environment.name} waits for a dispatch", text)
    job.summary(f"⏸ **{environment.name}** waits: {text}")
    return False


def _has_reviewers(approvers: str) -> bool:
    from github import UnknownObjectException

    with asking(f"reading the environment {approvers}", "actions: read"):
        try:
            rules = repository().get_environment(approvers).protection_rules
        except UnknownObjectException:
            return False
        return any(rule.type == "required_reviewers" for rule in rules)


def _write_ahead(store: StateStore, observed: ObservedState, verdict: Verdict) -> None:
    """Note the commit, and Terraform's beginning."""
    head = head_commit(ROOT)
    book = replace(observed.ledger or Ledger(), commit=head)
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
