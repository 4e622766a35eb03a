"""A step as a job runs it, and a repository on GitHub that is asked nothing real."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from github import GithubException

from scripts.adapters.github import deployments, issues
from tests.scripts.adapters.github.test_job import outputs


@dataclass
class Step:
    """Where a step leaves what it tells the job."""

    folder: Path

    @property
    def outputs(self) -> dict[str, str]:
        path = self.folder / "output"
        return outputs(path.read_text()) if path.exists() else {}

    @property
    def summary(self) -> str:
        path = self.folder / "summary"
        return path.read_text() if path.exists() else ""


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of GitHub, of a workflow's options or of AWS is in the environment."""
    github = ("ACTIONS", "OUTPUT", "STEP_SUMMARY", "RUN_ID", "EVENT_PATH", "TOKEN", "API_URL")
    options = ("ATTEST", "RELEASE", "REASON", "HOLD", "REJECTED_TOO", "RETRY", "UNHOLD")
    report = ("STATUS", "ACTS", "WHY", "APPLIED", "PASSED", "DEPLOYMENT", "VERB")
    for name in (*(f"GITHUB_{name}" for name in github), *options, *report):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Step:
    """A step of run 7, on GitHub, in a public repository."""
    (tmp_path / "event").write_text(json.dumps({"repository": {"visibility": "public"}}))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "7",
        "GITHUB_ACTOR": "ada",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SHA": "c" * 40,
        "GITHUB_EVENT_PATH": str(tmp_path / "event"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "RUNNER_TEMP": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    return Step(tmp_path)


class FakeIssue:
    """An issue of the repository."""

    def __init__(self, title: str, body: str, labels: list[str], author: str = "Bot") -> None:
        self.title, self.body, self.labels = title, body, labels
        self.user = SimpleNamespace(type=author)
        self.state = "open"
        self.comments: list[str] = []

    def edit(self, **changes: str) -> None:
        self.__dict__.update(changes)

    def create_comment(self, text: str) -> None:
        self.comments.append(text)


@dataclass
class FakeRepository:
    """What the pipeline asks of a repository.

    Attributes:
        issues: all of them.
        deployments: what each was opened with.
        statuses: of all Deployments.
        refuses: GitHub says no to everything.
    """

    issues: list[FakeIssue] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False

    def _answer(self) -> None:
        if self.refuses:
            raise GithubException(403, {"message": "not by this token"}, {})

    def get_issues(self, state: str, labels: list[str]) -> list[FakeIssue]:
        self._answer()
        return [i for i in self.issues if i.state == state and set(labels) <= set(i.labels)]

    def create_issue(self, title: str, body: str, labels: list[str]) -> None:
        self._answer()
        self.issues.append(FakeIssue(title, body, labels))

    def create_deployment(self, **given: Any) -> SimpleNamespace:
        self._answer()
        self.deployments.append(given)
        return SimpleNamespace(id=len(self.deployments))

    def get_deployment(self, _: int) -> SimpleNamespace:
        self._answer()
        append: Callable[..., None] = lambda **given: self.statuses.append(given)  # noqa: E731
        return SimpleNamespace(create_status=append)


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> FakeRepository:
    """The repository that steps of the pipeline talk to."""
    repository = FakeRepository()
    for module in (issues, deployments):
        monkeypatch.setattr(module, "repository", lambda: repository)
    return repository
