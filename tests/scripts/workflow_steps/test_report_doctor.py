"""What a weekly look tells: the run's summary, and one issue of the environment."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from scripts.base.errors import RefusedError
from scripts.base.project import Environment, Project
from scripts.domain.findings import Finding
from scripts.operations import account_findings, github_settings, token_findings
from scripts.workflow_steps import report_doctor
from tests.scripts.github_job import FakeRepository, Step
from tests.trust.claims import token

HELD = Finding("logs are kept", "in force", "14 days")
BROKEN = Finding("alarms reach somebody", "not in force", "nobody is named", "name one")
HIDDEN = Finding("roles are as they should be", "cannot be seen", "AccessDenied", "as admin")
ABSENT = Finding("it answers HTTPS", "not in force", "plain HTTP", "a domain", offered=False)
OF_GITHUB = Finding("main is reviewed", "not in force", "no rule", "connect")
CLAIMS = token("doctor.yml", event="schedule")
PROJECT = Project(
    "slipway",
    "eu-central-1",
    "example/slipway",
    "123456789012",
    (Environment("dev", "123456789012"), Environment("prod", "444455556666", after="dev")),
    owner_id=1001,
    repository_id=2002,
)
Look = Callable[..., tuple[str, list[Any]]]


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch, step: Step, repository: FakeRepository) -> Look:
    """Looks at an environment whose account shows some findings."""
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    monkeypatch.setattr(Project, "load", lambda *_: PROJECT)
    monkeypatch.setattr(token_findings, "claims_for", lambda _: CLAIMS)
    github = ("GitHub: example/slipway", [OF_GITHUB])
    monkeypatch.setattr(github_settings, "section", lambda _: github)
    account = SimpleNamespace(account_id="123456789012")
    monkeypatch.setattr(report_doctor, "connect", lambda *_: account)

    def observe(environment: str, *findings: Finding) -> tuple[str, list[Any]]:
        monkeypatch.setattr(account_findings, "look", lambda *_: list(findings))
        assert report_doctor.main([environment]) == 0
        return step.summary, repository.issues

    return observe


def test_what_is_not_in_force_opens_an_issue_and_what_is_not_seen_does_not(
    look: Look, capsys: pytest.CaptureFixture[str]
) -> None:
    summary, issues = look("prod", HELD, HIDDEN, ABSENT)
    assert issues == []
    assert "✅ **prod**" in summary
    assert HIDDEN.guarantee in summary
    assert ABSENT.guarantee in summary
    assert "::warning" not in capsys.readouterr().err

    summary, [issue] = look("prod", HELD, HIDDEN, ABSENT, BROKEN)
    assert (issue.title, issue.labels) == ("prod: guarantees are not in force", ["not-in-force"])
    assert BROKEN.guarantee in issue.body
    assert HIDDEN.guarantee not in issue.body
    assert ABSENT.guarantee not in issue.body
    assert "⚠ **prod**: 1 guarantee is not in force." in summary
    assert "::warning " in capsys.readouterr().err


def test_the_next_look_rewrites_the_issue_and_the_first_whole_one_closes_it(look: Look) -> None:
    other = replace(BROKEN, guarantee="the quota is enough")
    look("prod", BROKEN)
    _, [issue] = look("prod", other)
    assert BROKEN.guarantee not in issue.body
    assert issue.comments == []
    _, [issue] = look("prod", HELD)
    assert issue.state == "closed"


def test_the_repository_is_told_with_the_first_environment_alone(look: Look) -> None:
    _, issues = look("prod", HELD)
    assert issues == []
    _, [issue] = look("dev", HELD)
    assert issue.title.startswith("dev")
    assert OF_GITHUB.guarantee in issue.body


def test_a_token_that_roles_do_not_expect_is_told(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = token("doctor.yml", event="schedule", repository="example/renamed")
    monkeypatch.setattr(token_findings, "claims_for", lambda _: renamed)
    _, [issue] = look("prod", HELD)
    assert "sub is repo:example@1001/renamed@2002:ref:refs/heads/main, expected" in issue.body
    assert "example/renamed/.github/workflows/doctor.yml@refs/heads/main" in issue.body
    assert "scripts bootstrap" in issue.body


def test_a_job_that_may_not_ask_for_a_token_is_told_in_the_summary_alone(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> dict[str, str]:
        raise RefusedError("this job cannot ask", next_step="id-token: write")

    monkeypatch.setattr(token_findings, "claims_for", refuse)
    summary, issues = look("prod", HELD)
    assert issues == []
    assert "this job cannot ask" in summary
    assert "`id-token: write`" in summary


def test_without_a_repository_a_token_has_nothing_to_be_compared_with(look: Look) -> None:
    found = token_findings.look(replace(PROJECT, repository=None), "doctor.yml")
    assert found.state == "cannot be seen"
    assert "scripts connect" in found.fix


def test_a_role_that_was_not_given_is_told_and_the_token_says_why(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(report_doctor, "connect", refuse)
    monkeypatch.setattr(token_findings, "claims_for", lambda _: {**CLAIMS, "repository_id": "9"})
    _, [issue] = look("prod")
    assert "a job of main gets the role that reads prod" in issue.body
    assert "repository_id is 9, expected 2002" in issue.body


def test_a_branch_is_refused_before_anything_is_told(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_REF", "refs/heads/feature")
    with pytest.raises(RefusedError, match="main alone"):
        look("prod", BROKEN)
