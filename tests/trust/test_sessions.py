"""A role is held at least as long as the longest rollout of its environment, and the way back."""

import re

import pytest

from scripts.base.project import ROOT, environments
from tests.trust.rendered import Rendered

pytestmark = pytest.mark.slow

LAUNCH_SECONDS = 180
"""From the group's decision to a machine that boots, as scripts/operations/rollout.py allows."""

INFRASTRUCTURE_SECONDS = 1800
"""An apply before it in the same job: a balancer and a table take minutes, a certificate longer."""


def values(environment: str) -> dict[str, int]:
    text = (ROOT / "infra" / "envs" / environment / "main.tf").read_text()
    found = {key: int(number) for key, number in re.findall(r"\b(\w+)\s*=\s*(\d+)\b", text)}
    assert found["max"] > found["min"]
    return found


def longest_rollout(environment: str) -> int:
    """Seconds of a rollout at full size whose every boot and drain takes all the time it may.

    The canary goes alone; the others in batches of what the maximum leaves above the desired ones.
    """
    given = values(environment)
    count = given["max"]
    batch = max(1, count * (given["max_healthy_percentage"] - 100) // 100)
    batches = 1 + -(-(count - 1) // batch)
    one = sum(given[f"{part}_seconds"] for part in ("boot_deadline", "warmup", "drain"))
    return batches * (LAUNCH_SECONDS + one) + given["canary_pause_seconds"] + given["bake_seconds"]


@pytest.mark.parametrize("environment", environments())
def test_a_session_outlasts_an_apply_a_rollout_and_the_way_back(
    committed: Rendered, environment: str
) -> None:
    needed = INFRASTRUCTURE_SECONDS + 2 * longest_rollout(environment)
    for step in ("infrastructure", "release"):
        assert committed.roles[f"{environment}-{step}"].session_seconds >= needed, needed


def test_every_environment_has_its_roles_and_its_boundary(committed: Rendered) -> None:
    assert sorted(committed.boundaries) == environments()
    kinds = ("infrastructure", "plan", "release")
    steps = {f"{name}-{kind}" for name in environments() for kind in kinds}
    assert committed.of_jobs == {"image"} | steps
