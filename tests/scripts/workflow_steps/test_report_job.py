"""How a job's end is told: the Deployment, the issue, and the ledger where nothing was touched."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from scripts.adapters.github import step_failure
from scripts.base.errors import RefusedError, SlipwayError
from scripts.domain.ledger import Ledger, Pending
from scripts.workflow_steps import report_job
from tests.scripts.github_job import FakeRepository, Step

AHEAD = Pending("infrastructure", "", "", "d" * 40, "run 7", "2026-01-01T00:00:00Z")


@dataclass
class FakeStateStore:
    """A ledger, and what is written to it."""

    book: Ledger | None
    written: list[Ledger] = field(default_factory=list)

    def read(self) -> Ledger | None:
        return self.book

    def write(self, book: Ledger) -> None:
        self.written.append(book)


@pytest.fixture
def store(step: Step, monkeypatch: pytest.MonkeyPatch) -> FakeStateStore:
    """The ledger of dev, in which this run has written Terraform's beginning ahead."""
    store = FakeStateStore(Ledger(pending=AHEAD))
    for name, fake in {
        "connect": lambda *_: None,
        "open_state_store": lambda *_: store,
        "observe": lambda *_: None,
        "state": lambda *_: "as before",
    }.items():
        monkeypatch.setattr(report_job, name, fake)
    monkeypatch.setenv("SLIPWAY_WORK_DIR", str(step.folder))
    return store


def end(monkeypatch: pytest.MonkeyPatch, status: str, **options: str) -> None:
    values = {"STATUS": status, "VERB": "deploy", "ACTS": "true", "DEPLOYMENT": "1", **options}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    report_job.main(["dev"])


@pytest.mark.usefixtures("repository")
def test_a_refused_plan_takes_back_what_this_run_wrote_ahead(
    store: FakeStateStore, monkeypatch: pytest.MonkeyPatch
):
    step_failure.note(RefusedError("nobody reviewed it"), report_job.INFRASTRUCTURE)
    end(monkeypatch, "failure", APPLIED="inputs")
    assert store.written == [Ledger(inputs="inputs")]


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("error", "module", "run"),
    [
        (RefusedError("x"), report_job.INFRASTRUCTURE, "run 8"),
        (SlipwayError("x"), report_job.INFRASTRUCTURE, "run 7"),
        (RefusedError("x"), "release-commit", "run 7"),
    ],
    ids=["another run's", "Terraform had begun", "another step"],
)
def test_nothing_else_is_taken_back(
    store: FakeStateStore,
    monkeypatch: pytest.MonkeyPatch,
    error: SlipwayError,
    module: str,
    run: str,
):
    store.book = Ledger(pending=Pending("infrastructure", "", "", "", run, ""))
    step_failure.note(error, module)
    end(monkeypatch, "failure")
    assert store.written == []


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("status", "options", "state", "opens"),
    [
        ("success", {}, "success", False),
        ("success", {"PASSED": "held by ada"}, "inactive", False),
        ("failure", {}, "failure", True),
        ("cancelled", {}, "failure", True),
        ("failure", {"VERB": "roll-back"}, "failure", True),
    ],
    ids=["done", "left alone", "failed", "cancelled", "a rollback failed"],
)
def test_the_deployment_and_the_issue_say_how_it_ended(
    repository: FakeRepository,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    options: dict[str, str],
    state: str,
    opens: bool,
):
    end(monkeypatch, status, **options)
    assert [one["state"] for one in repository.statuses] == [state]
    assert bool(repository.issues) is opens


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("verb", "opens"), [("deploy", True), ("roll-back", False)])
def test_a_refusal_is_an_issue_for_a_deploy_and_an_answer_for_a_person(
    repository: FakeRepository, monkeypatch: pytest.MonkeyPatch, verb: str, opens: bool
):
    step_failure.note(RefusedError("no such release"), "release-commit")
    end(monkeypatch, "failure", VERB=verb)
    assert [one["state"] for one in repository.statuses] == ["error"]
    assert bool(repository.issues) is opens


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("options", "state"),
    [({}, "closed"), ({"PASSED": "held by ada"}, "open"), ({"VERB": "roll-back"}, "open")],
    ids=["a deploy", "one that was left alone", "a rollback"],
)
def test_only_a_deploy_that_was_done_closes_the_issue(
    repository: FakeRepository,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, str],
    state: str,
):
    end(monkeypatch, "failure")
    end(monkeypatch, "success", **options)
    assert [issue.state for issue in repository.issues] == [state]


@pytest.mark.usefixtures("repository", "store")
def test_a_state_that_cannot_be_seen_does_not_hide_the_failure(
    step: Step, monkeypatch: pytest.MonkeyPatch
):
    def blind(*_: Any) -> None:
        raise SlipwayError("no credentials")

    monkeypatch.setattr(report_job, "observe", blind)
    step_failure.note(
        SlipwayError("it broke", next_step="Mend it."),
        "release-commit",
    )
    end(monkeypatch, "failure")
    assert step.summary.startswith("❌ **dev**: `it broke`")
    assert "could not be seen" in step.summary
