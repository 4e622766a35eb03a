"""Each environment waits for the one before it, and asks its own reviewers."""

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.base.project import Environment, Project
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import ObservedState
from scripts.domain.verdict import Verdict
from scripts.workflow_steps import begin_deployment
from tests.scripts.github_job import Step

DEV, STAGING = Environment("dev"), Environment("staging", after="dev")
PROD = Environment("prod", after="staging", approval=True)
PROJECT = Project("slipway", "eu-central-1", "o/r", None, (DEV, STAGING, PROD))
WORK = Verdict("work", "release b is not what runs")


@pytest.fixture
def ledgers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Ledger]:
    """The ledger of each environment, and nothing of AWS or git."""
    books = {name: Ledger(commit=name) for name in ("dev", "staging", "prod")}
    monkeypatch.setattr("scripts.adapters.aws.image.find_digest", lambda *_: "sha256:b")
    monkeypatch.setattr("scripts.operations.deployment.inputs_hash", lambda _: "i")
    monkeypatch.setattr(
        begin_deployment,
        "open_state_store",
        lambda _clients, _project, name: SimpleNamespace(read=lambda: books[name]),
    )
    return books


@pytest.mark.parametrize(
    ("name", "before"), [("dev", None), ("staging", "dev"), ("prod", "staging")]
)
def test_a_release_has_to_be_verified_by_the_environment_before(
    ledgers: dict[str, Ledger], name: str, before: str | None
):
    clients: Any = SimpleNamespace(ecr=None)
    asked = begin_deployment._asked(clients, PROJECT, name, ObservedState())
    assert asked.promoted_from == (before or "")
    assert asked.verified is (ledgers[before] if before else None)


def test_only_an_environment_with_approval_waits_for_its_own_reviewers(
    step: Step, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    monkeypatch.setattr(begin_deployment, "_has_reviewers", asked.append)
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push")
    assert begin_deployment._may_ask(STAGING, WORK)
    assert not begin_deployment._may_ask(PROD, WORK)
    assert asked == ["prod-approval"]
    assert "**prod** waits" in step.summary
