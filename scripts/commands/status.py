"""What an environment runs: URL, release, hold, and each instance."""

import json
from dataclasses import asdict
from typing import Any

from scripts.adapters.aws import pausing
from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import look, open_store
from scripts.base import command
from scripts.base.console import output
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import Group, Instance, World
from scripts.reporting.tables import show

SCHEMA = 1


def document(environment: str, world: World) -> dict[str, Any]:
    """Return the status as the JSON document that `--json` prints; states are AWS's own words."""
    if world.facts is None or world.group is None:
        raise ValueError("an environment without facts has no status")
    release = (world.ledger or Ledger()).release
    return {
        "schema": SCHEMA,
        "environment": environment,
        "url": world.facts.url,
        "release": {"version": release.version, "digest": release.digest} if release else None,
        "hold": asdict(world.hold) if world.hold else None,
        "instances": [_instance(instance) for instance in _sorted(world.group)],
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


def lines(world: World) -> list[str]:
    """Return what a person reads above the table of instances."""
    if world.facts is None or world.group is None:
        raise ValueError("an environment without facts has no status")
    ledger = world.ledger or Ledger()
    found = [f"url      {world.facts.url}"]
    if ledger.release:
        release = ledger.release
        found.append(f"release  {release.version}, recorded {release.at} by {release.run}")
    else:
        found.append("release  none yet")
    if world.hold:
        found.append(f"hold     {world.hold.sentence()}")
    if ledger.pending:
        pending = ledger.pending
        about = f" of {pending.version}" if pending.version else ""
        found.append(f"pending  {pending.kind}{about} since {pending.since} by {pending.run}")
    if world.refresh and world.refresh.active:
        found.append(f"refresh  {world.refresh.status} since {world.refresh.started}")
    if world.group.paused:
        found.append(f"rollouts {pausing.sentence(world.group, world.facts.environment)}")
    return found


def main(arguments: list[str]) -> int:
    """Print an environment's status."""
    parser = command.arguments_parser(__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project)
    world = look(clients, project, environment, open_store(clients, project, environment))
    if world.facts is None or world.group is None:
        raise RefusedError(
            f"{project.name}-{environment} does not exist yet",
            next_step=f"Run: make up ENV={environment}",
        )
    if options.json:
        output(json.dumps(document(environment, world)))
        return 0
    for line in lines(world):
        output(line)
    columns = ("instance", "zone", "state", "health", "balancer", "release")
    show(columns, [_row(instance) for instance in _sorted(world.group)])
    return 0
