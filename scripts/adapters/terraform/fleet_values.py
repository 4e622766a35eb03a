"""What an environment's main.tf says of its size, read without Terraform."""

from pathlib import Path

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
    values = _values(hcl.read(file.read_text()))
    try:
        zones = values["slots_by_zone"].count("=")
        return Demand(
            instance_type=values["instance_type"],
            most_instances=int(values["max"]),
            max_healthy_percentage=int(values["max_healthy_percentage"]),
            nat_gateways=zones if values["nat_per_zone"] == "true" else 1,
        )
    except (KeyError, ValueError) as error:
        raise UsageError(
            f"the size of {environment} cannot be read from its main.tf",
            which=f"{file.relative_to(root)}: {error} is not a plain value",
            next_step="Write instance_type, capacity, network and rollout as plain values.",
        ) from error


def _values(body: hcl.Block) -> dict[str, str]:
    """Return each `name = value` of the file, nested ones too; a map's value is its tokens."""
    found: dict[str, str] = {}
    for block in body.blocks:
        for attribute in block.attributes:
            tokens = [token.text for token in attribute.tokens]
            found[attribute.name] = tokens[0]
            for index in range(len(tokens) - 2):
                name, sign, value = tokens[index : index + 3]
                if sign == "=":
                    found[name] = _map(tokens[index + 2 :]) if value == "{" else value
    return found


def _map(tokens: list[str]) -> str:
    return " ".join(tokens[: tokens.index("}") + 1])
