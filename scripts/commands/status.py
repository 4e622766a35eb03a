"""What an environment runs: URL, release, hold, and each instance."""

import json
from dataclasses import asdict
from typing import Any

from scripts.adapters.aws import pausing
from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.base import command
from scripts.base.console import output
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import Group, Instance, ObservedState
from scripts.reporting.tables import show

SCHEMA = 1


def document(environment: str, observed: ObservedState) -> dict[str, Any]:
    """Return the status as the JSON document that `--json` prints; states are AWS's own words."""
    if observed.facts is None or observed.group is None:
        raise ValueError("an environment without facts has no status")
    release = (observed.ledger or Ledger()).release
    return {
        "schema": SCHEMA,
        "environment": environment,
        "url": observed.facts.url,
        "release": {"version": release.version, "digest": release.digest} if release else None,
        "hold": asdict(observed.hold) if observed.hold else None,
        "instances": [_instance(instance) for instance in _sorted(observed.group)],
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


def _row(instance: Instance) -> tuple[str, ...]:
    health = instance.target_health or "-"
    return (
        instance.id,
        instance.zone,
        instance.state,
        instance.health,
        health,
        instance.release,
    )


def lines(observed: ObservedState) -> list[str]:
    """Return what a person reads above the table of instances."""
    if observed.facts is None or observed.group is None:
        raise ValueError("an environment without facts has no status")
    ledger = observed.ledger or Ledger()
    found = [f"url      {observed.facts.url}"]
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
    if observed.group.paused:
        found.append(f"rollouts {pausing.sentence(observed.group, observed.facts.environment)}")
    return found


def main(arguments: list[str]) -> int:
    """Print an environment's status."""
    parser = command.arguments_parser(__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project)
    observed = observe(
        clients, project, environment, open_state_store(clients, project, environment)
    )
    if observed.facts is None or observed.group is None:
        raise RefusedError(
            f"{project.name}-{environment} does not exist yet",
            next_step=f"Run: make up ENV={environment}",
        )
    if options.json:
        output(json.dumps(document(environment, observed)))
        return 0
    for line in lines(observed):
        output(line)
    columns = ("instance", "zone", "state", "health", "balancer", "release")
    show(columns, [_row(instance) for instance in _sorted(observed.group)])
    return 0
