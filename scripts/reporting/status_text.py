"""What an environment runs, as JSON and as lines for a person."""

from dataclasses import asdict
from typing import Any

from scripts.adapters.aws import pausing
from scripts.domain import suspensions
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import Group, Instance, ObservedState

COLUMNS = ("instance", "zone", "state", "health", "balancer", "release")
SCHEMA = 1


def document(environment: str, observed: ObservedState) -> dict[str, Any]:
    """Return the status as the JSON document that `--json` prints; states are AWS's own words."""
    existing = observed.existing
    release = (observed.ledger or Ledger()).release
    return {
        "schema": SCHEMA,
        "environment": environment,
        "url": existing.facts.url,
        "release": {"version": release.version, "digest": release.digest} if release else None,
        "hold": asdict(observed.hold) if observed.hold else None,
        "instances": [_instance(instance) for instance in _sorted(existing.group)],
    }


def _sorted(group: Group) -> list[Instance]:
    return sorted(group.instances, key=lambda instance: (instance.zone, instance.id))


def _instance(instance: Instance) -> dict[str, str]:
    return {
        "id": instance.id,
        "zone": instance.zone,
        "state": instance.state,
        "health": instance.health,
        "version": instance.release,
        "digest": instance.configuration.digest,
    }


def rows(observed: ObservedState) -> list[tuple[str, ...]]:
    """Return the table's lines, in the order of `COLUMNS`."""
    return [
        (
            instance.id,
            instance.zone,
            instance.state,
            instance.health,
            instance.target_health or "-",
            instance.release,
        )
        for instance in _sorted(observed.existing.group)
    ]


def lines(observed: ObservedState) -> list[str]:
    """Return what a person reads above the table of instances."""
    facts, group = observed.existing.facts, observed.existing.group
    ledger = observed.ledger or Ledger()
    found = [f"url      {facts.url}"]
    if ledger.release:
        release = ledger.release
        found.append(f"release  {release.version}, recorded {release.at} by {release.run}")
    else:
        found.append("release  none yet")
    if observed.hold:
        found.append(f"hold     {observed.hold.sentence()}")
    if ledger.pending:
        pending = ledger.pending
        about = f" of {pending.version}" if pending.version else ""
        found.append(f"pending  {pending.kind}{about} since {pending.since} by {pending.run}")
    if observed.refresh and observed.refresh.active:
        found.append(f"refresh  {observed.refresh.status} since {observed.refresh.started}")
    if group.paused:
        found.append(f"rollouts {pausing.sentence(group, facts.environment)}")
    return found + [f"group    {one}" for one in suspensions.sentences(group, facts.group)]
