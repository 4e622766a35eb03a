"""What a nightly look tells: the run's summary, and one issue that comes and goes."""

import pytest

from scripts.domain.drift_findings import Drift
from scripts.domain.plan_changes import Change
from scripts.workflow_steps import report_drift
from tests.scripts.github_job import FakeRepository, Step

WRONG = Drift(fleet=("i-1: runs bbb on template ccc",), changes=(Change("a.b", "a", "update"),))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, step: Step, repository: FakeRepository):
    """Looks, one after the other, and returns the summary and the issues."""

    def observe(*found: Drift):
        monkeypatch.setattr(report_drift, "connect", lambda *_: None)
        for one in found:
            monkeypatch.setattr(report_drift, "find_drift", lambda *_, one=one: one)
            assert report_drift.main(["dev"]) == 0
        return step.summary, repository.issues

    return observe


def test_what_differs_opens_an_issue_and_the_next_look_rewrites_it(seen):
    other = Drift(fleet=("i-2: is gone",))
    _, [issue] = seen(WRONG, other)
    assert issue.state == "open"
    assert issue.labels == ["drift"]
    assert "i-2: is gone" in issue.body
    assert "i-1" not in issue.body


def test_the_summary_names_each_difference_and_what_to_do(seen, capsys):
    summary, _ = seen(WRONG)
    assert "⚠ **dev**" in summary
    assert "- `i-1: runs bbb on template ccc`" in summary
    assert "- `a.b: Terraform would update it`" in summary
    assert "`gh workflow run deploy.yml -f environment=dev`" in summary
    assert "::warning " in capsys.readouterr().err


def test_once_nothing_differs_the_issue_is_closed(seen):
    summary, [issue] = seen(WRONG, Drift())
    assert issue.state == "closed"
    assert "✅ **dev**" in summary


def test_while_something_is_under_way_the_issue_stays_as_it_is(seen):
    summary, [issue] = seen(WRONG, Drift(busy="a deployment"))
    assert issue.state == "open"
    assert "⏳ **dev**" in summary
    assert issue.comments == []


def test_what_waits_opens_no_issue_and_is_told(seen, capsys):
    summary, issues = seen(Drift(ahead=("the tree names release b; a is recorded",)))
    assert issues == []
    assert "✅ **dev**" in summary
    assert "the tree names release b; a is recorded" in summary
    assert "::warning" not in capsys.readouterr().err


def test_what_aws_says_stays_text(seen):
    summary, [issue] = seen(Drift(fleet=("x `@team` <img>\n# big",)))
    for text in (summary, issue.body):
        assert "- ``x `@team` <img>\\n# big``" in text
