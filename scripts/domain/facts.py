"""What Terraform publishes about an environment, so that a release needs no Terraform."""

import json
from dataclasses import dataclass
from typing import Any

from scripts.base import place
from scripts.base.errors import UnknownStateError

SCHEMA = 1


@dataclass(frozen=True)
class Capacity:
    """Smallest number of instances."""

    min: int


@dataclass(frozen=True)
class Rollout:
    """How an environment is rolled.

    Attributes:
        canary: whether one instance goes first.
        canary_pause_seconds: how long it is watched alone.
        bake_seconds: how long the whole fleet is watched at the end.
        warmup_seconds: from in service until an instance counts.
        max_healthy_percentage: of the desired capacity, 101 to 200.
        failed_instances: bad new instances that end a rollout.
        settle_seconds: how long `/ready` must answer without a break during boot.
        boot_deadline_seconds: after which a boot gives up by itself.
        drain_seconds: the target group's deregistration delay.
    """

    canary: bool
    canary_pause_seconds: int
    bake_seconds: int
    warmup_seconds: int
    max_healthy_percentage: int
    failed_instances: int
    settle_seconds: int
    boot_deadline_seconds: int
    drain_seconds: int


@dataclass(frozen=True)
class Facts:
    """Names and values of one environment; `template` is the launch template's name."""

    environment: str
    url: str
    group: str
    template: str
    target_group_arn: str
    log_group: str
    alarms: tuple[str, ...]
    capacity: Capacity
    rollout: Rollout


def parse(text: str) -> Facts:
    """Read the facts that Terraform published.

    Raises:
        UnknownStateError: it is no JSON, has another schema, or lacks a value.
    """
    try:
        values = json.loads(text)
        if values["schema"] != SCHEMA:
            raise ValueError(f"schema {values['schema']}, this clone reads {SCHEMA}")  # noqa: TRY301
        return Facts(
            **_known(Facts, values, "alarms", "capacity", "rollout"),
            alarms=tuple(values["alarms"]),
            capacity=Capacity(**_known(Capacity, values["capacity"])),
            rollout=Rollout(**_known(Rollout, values["rollout"])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownStateError(
            "the environment's facts cannot be read",
            which=f"{type(error).__name__}: {error}",
            next_step="Apply the infrastructure with this clone: "
            + place.command("deploy", place.SOME),
        ) from error


def _known(kind: type, values: dict[str, Any], *without: str) -> dict[str, Any]:
    # A newer clone may publish more than this one knows.
    return {name: values[name] for name in kind.__dataclass_fields__ if name not in without}  # type: ignore[attr-defined]
