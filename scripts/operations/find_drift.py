"""Find where an environment differs from what it should be, and where main is ahead of it.

Changes nothing.
"""

from datetime import datetime, timedelta

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.gone import GoneError
from scripts.adapters.aws.observe import observe, observe_group, open_state_store
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base import clock, release_version
from scripts.base.console import step
from scripts.base.project import ROOT, Project
from scripts.domain import suspensions
from scripts.domain.drift_findings import Drift
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import Configuration, ObservedState
from scripts.operations import verification
from scripts.operations.planned_changes import planned_changes

UNDER_WAY = timedelta(hours=6)
"""How long a job of GitHub's runners may take ("Actions limits"): no run still works on a
deployment that began earlier."""


def find_drift(clients: Clients, project: Project, environment: str) -> Drift:
    """Look where an environment differs.

    Raises:
        UnknownStateError: parts of it cannot be read.
        SlipwayError: Terraform cannot plan.
    """
    store = open_state_store(clients, project, environment)
    try:
        observed = observe(clients, store)
    except GoneError as error:
        return _gone(store.read() or Ledger(), f"{error.what}: {', '.join(error.which)}")
    ledger = observed.ledger or Ledger()
    if observed.facts is None or observed.group is None:
        if ledger.release:
            return _gone(ledger, "Terraform's facts about it are gone, and with them all of it")
        return Drift(ahead=("its infrastructure does not exist yet",))
    if busy := _busy(observed, ledger):
        return Drift(busy=busy)
    applied = ledger.inputs == inputs_hash(ROOT / "infra" / "envs" / environment)
    return Drift(
        ahead=tuple(_ahead(observed, ledger, applied=applied)),
        fleet=(
            *_left_behind(ledger),
            *suspensions.sentences(observed.group, observed.facts.group),
            *_fleet(clients, observed, ledger),
        ),
        changes=tuple(planned_changes(clients, project, environment)) if applied else (),
    )


def _gone(ledger: Ledger, what: str) -> Drift:
    runs = f"{ledger.release.version} is recorded as running, but " if ledger.release else ""
    return Drift(fleet=(f"{runs}{what}",))


def _busy(observed: ObservedState, ledger: Ledger) -> str:
    if observed.refresh and observed.refresh.active:
        return (
            f"an instance refresh runs since {observed.refresh.started}: {observed.refresh.status}"
        )
    if ledger.pending and not _is_old(ledger.pending.since):
        return f"{ledger.pending.kind} since {ledger.pending.since} by {ledger.pending.run}"
    return ""


def _is_old(since: str) -> bool:
    return datetime.fromisoformat(clock.now()) - datetime.fromisoformat(since) > UNDER_WAY


def _left_behind(ledger: Ledger) -> list[str]:
    if ledger.pending is None:
        return []
    pending = ledger.pending
    return [f"{pending.kind} began at {pending.since} by {pending.run} and never ended"]


def _ahead(observed: ObservedState, ledger: Ledger, *, applied: bool) -> list[str]:
    lines = []
    version = release_version.version()
    recorded = ledger.release.version if ledger.release else "none"
    if version != recorded:
        failed = ledger.release and ledger.has_failed(version, ledger.release.spec_hash)
        why = ", which failed here before" if failed else ""
        lines.append(f"the tree names release {version}{why}; {recorded} is recorded")
    if not applied:
        lines.append("the tree's infrastructure is not applied yet, so no plan was compared")
    if observed.hold:
        lines.append(observed.hold.sentence())
    return lines


def _fleet(clients: Clients, observed: ObservedState, ledger: Ledger) -> list[str]:
    facts, group = observed.existing.facts, observed.existing.group
    if ledger.release is None:
        raised = group.desired > 0
        return [f"{group.desired} instances are asked for before any release"] if raised else []
    wanted = Configuration(ledger.release.spec_hash, ledger.release.digest)
    with step(f"verifying that {facts.url} answers {ledger.release.version} only"):
        wrong = verification.problems(
            lambda: observe_group(clients, facts),
            facts.url,
            wanted,
            # An instance that scaling has just launched may take this long.
            patience_seconds=facts.rollout.boot_deadline_seconds,
        )
        not_ready = None if wrong else verification.ready_problem(facts.url)
    return [*wrong, *([not_ready] if not_ready else [])]
