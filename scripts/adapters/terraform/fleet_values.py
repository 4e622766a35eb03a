"""What an environment's main.tf says of its size, read without Terraform."""

from pathlib import Path
from typing import Any

from scripts.base.errors import UsageError
from scripts.base.project import ROOT
from scripts.domain import hcl
from scripts.domain.fleet_demand import Demand


def demand_of(environment: str, root: Path = ROOT) -> Demand:
    """Return what an environment needs at most.

    Raises:
        UsageError: main.tf computes one of the values, or has none.
    """
    file = root / "infra" / "envs" / environment / "main.tf"
    body = hcl.read(file.read_text())

    def plain(name: str, kind: type) -> Any:
        value = next(hcl.values(body, name), None)
        if not isinstance(value, kind):
            raise UsageError(
                f"the size of {environment} cannot be read from its main.tf",
                which=f"{file.relative_to(root)}: {name} is not a plain value",
                next_step="Write instance_type, capacity, network and rollout as plain values.",
            )
        return value

    return Demand(
        instance_type=plain("instance_type", str),
        most_instances=plain("max", int),
        max_healthy_percentage=plain("max_healthy_percentage", int),
        nat_gateways=len(plain("slots_by_zone", dict)) if plain("nat_per_zone", bool) else 1,
    )
