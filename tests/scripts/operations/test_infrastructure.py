"""What is said and asked before infrastructure is applied that nobody reviewed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.operations import infrastructure, run_lock
from tests.scripts.plan_maker import real

CLIENTS: Any = SimpleNamespace(account_id="123456789012", s3=None)
PROJECT = Project("slipway", "eu-central-1", None, None)


class FakeTerraform:
    """Plans what it is given, and notes that it applied."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self.applied = False

    def plan(self) -> bool:
        return True

    def show_json(self) -> str:
        return json.dumps(self._plan)

    def apply(self) -> None:
        self.applied = True


def applied(monkeypatch: pytest.MonkeyPatch, plan: str, answer: bool | None) -> bool:
    terraform = FakeTerraform(real(plan))

    @contextmanager
    def ready(*_: Any) -> Iterator[FakeTerraform]:
        yield terraform

    @contextmanager
    def noted(*_: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(infrastructure, "ready", ready)
    monkeypatch.setattr(run_lock, "noted", noted)
    monkeypatch.setattr(infrastructure, "confirm", lambda _: answer)
    infrastructure.apply_terraform(CLIENTS, PROJECT, "dev")
    return terraform.applied


def test_a_change_in_place_is_applied_without_a_word(monkeypatch, capfd):
    assert applied(monkeypatch, "change", False)
    assert "destroys" not in capfd.readouterr().err


def test_what_ends_data_is_said_in_a_sentence_before_it_is_applied(monkeypatch, capfd):
    assert applied(monkeypatch, "replace", True)
    said = capfd.readouterr().err
    assert "This plan destroys or replaces data: " in said
    assert said.index("destroys or replaces") < said.index("applying")


def test_without_a_yes_nothing_is_applied(monkeypatch):
    with pytest.raises(RefusedError, match="not confirmed"):
        applied(monkeypatch, "replace", False)


def test_without_a_terminal_it_is_said_and_applied(monkeypatch, capfd):
    assert applied(monkeypatch, "replace", None)
    assert "This plan destroys or replaces" in capfd.readouterr().err


def test_a_part_of_the_network_is_named(monkeypatch, capfd):
    assert applied(monkeypatch, "zones", None)
    assert "network: module.platform.module.network.aws_subnet.private" in capfd.readouterr().err
