"""A value of an environment, changed to another one, replaces nothing that has to stay.

Asked of the provider's real plan: which attributes it cannot change in place is in no schema, and a
mocked plan does not know it.
"""

import re

import pytest

from scripts.base.project import ROOT, environments
from tests.checkout import Checkout
from tests.emulator.live.scene import edited

MAIN = "infra/envs/dev/main.tf"

IN_PLACE = {
    "ami_name": '"al2023-ami-2023.12.20260930.0-kernel-6.12-x86_64"',
    "instance_type": '"t3.small"',
    "capacity": "{ min = 3, max = 7 }",
    "requests_per_target": "9000",
    "deletion_protection": "true",
    "log_retention_days": "30",
    "alert_emails": '["owner@example.com"]',
    "ssh_cidr_blocks": '["192.0.2.0/24"]',
    "dns": '{ domain = "www.example.com", zone_id = "Z0123456789" }',
    "slots_by_zone": "{ a = 0, b = 1, c = 2 }",
    "nat_per_zone": "true",
    "period_seconds": "120",
    "evaluations": "2",
    "canary": "true",
    "canary_pause_seconds": "400",
    "bake_seconds": "600",
    "warmup_seconds": "30",
    "max_healthy_percentage": "200",
    "failed_instances": "2",
    "settle_seconds": "4",
    "boot_deadline_seconds": "300",
    "drain_seconds": "20",
}
"""Each value of an environment, and another one that it can be given while it serves."""

REPLACING = {
    "cidr_block": ('"10.21.0.0/16"', "module.network.aws_vpc.this"),
    "slots_by_zone": ("{ a = 0, b = 3 }", "module.network.aws_subnet.private"),
}
"""What replaces something all the same, and says so in its description."""

OF_THE_PROJECT = {"source", "project", "environment", "registry_account_id"}
GROUPS = {"network", "gate", "rollout"}

ARGUMENT = re.compile(r"^ +(\w+) += (.+)$", re.MULTILINE)
REPLACED = re.compile(r"^ *# module\.platform\.(\S+) (?:must be replaced|will be destroyed)", re.M)


def values(environment: str) -> dict[str, str]:
    """The values of an environment as they are written, by name."""
    text = (ROOT / "infra" / "envs" / environment / "main.tf").read_text()
    found = dict(ARGUMENT.findall(text))
    return {name: given for name, given in found.items() if name not in OF_THE_PROJECT | GROUPS}


def replaced(emulator: Checkout, changed: dict[str, str]) -> list[str]:
    """What a plan replaces or ends when values are changed."""
    text = (emulator.folder / MAIN).read_text()
    for name, value in changed.items():
        text = re.sub(rf"^( +{name} += ).+$", rf"\g<1>{value}", text, flags=re.MULTILINE)
    with edited(emulator, MAIN, (emulator.folder / MAIN).read_text(), text):
        said = emulator.make("plan", "ENV=dev").stdout
    assert "Plan: " in said
    return REPLACED.findall(said)


@pytest.mark.parametrize("environment", environments())
def test_every_value_is_changed_here(environment: str) -> None:
    assert set(values(environment)) == set(IN_PLACE) | set(REPLACING)
    same = {name for name, given in values(environment).items() if IN_PLACE.get(name) == given}
    assert environment != "dev" or same == set()


def test_changed_values_replace_nothing(emulator: Checkout) -> None:
    assert replaced(emulator, IN_PLACE) == []


@pytest.mark.parametrize("name", REPLACING)
def test_a_value_that_replaces_something_says_so(emulator: Checkout, name: str) -> None:
    value, address = REPLACING[name]
    assert any(one.startswith(address) for one in replaced(emulator, {name: value}))
    said = (ROOT / "infra" / "modules" / "platform" / "variables.tf").read_text()
    assert re.search(rf"^ +- {name}: .*\breplaces\b", said, re.MULTILINE)
