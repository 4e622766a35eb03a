"""What a weekly look tells: the run's summary, and one issue that comes and goes."""

import pytest

from scripts.base import clock
from scripts.base.project import environments
from scripts.domain.amis import Ami, Pin, PinnedAmi
from scripts.reporting.newest_ami_text import NEXT
from scripts.workflow_steps import report_newest_ami
from tests.scripts.github_job import FakeRepository, Step

OLD = Ami("al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64", "2026-10-01T00:00:00.000Z")
NEW = Ami("al2023-ami-2023.12.20261118.0-kernel-6.1-x86_64", "2026-11-19T00:00:00.000Z")


def named(environment: str, ami: Ami) -> PinnedAmi:
    return PinnedAmi(Pin(f"infra/envs/{environment}/main.tf", 6, ami.name), ami, NEW)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, step: Step, repository: FakeRepository):
    """Looks at what dev and prod name, one after the other; returns the summary and the issues."""

    monkeypatch.setattr(clock, "now", lambda: "2026-11-27T10:00:00Z")
    monkeypatch.setattr(report_newest_ami, "connect_to_any", lambda *_: None)

    def observe(*named_by_both: tuple[Ami, Ami]):
        for dev, prod in named_by_both:
            found = {"dev": named("dev", dev), "prod": named("prod", prod)}
            monkeypatch.setattr(report_newest_ami, "find_newest_amis", lambda *_, one=found: one)
            assert report_newest_ami.main([]) == 0
        return step.summary, repository.issues

    return observe


def test_a_newer_image_opens_one_issue_with_the_exact_change_of_each_environment(seen, capsys):
    summary, [issue] = seen((OLD, OLD))
    assert issue.labels == ["newest-ami"]
    for text in (summary, issue.body):
        assert "`infra/envs/dev/main.tf:6`" in text
        assert "`infra/envs/prod/main.tf:6`" in text
        assert text.count(f"```diff\n- {OLD.name}\n+ {NEW.name}\n```") == 2
        assert "57 days old; the newest is 8 days old" in text
        assert NEXT in text
    assert "::notice " in capsys.readouterr().err


def test_the_next_look_rewrites_the_issue_without_a_comment(seen):
    _, [issue] = seen((OLD, OLD), (NEW, OLD))
    assert issue.state == "open"
    assert issue.comments == []
    assert "✅ **dev**" in issue.body
    assert "infra/envs/dev" not in issue.body


def test_once_every_environment_names_the_newest_the_issue_is_closed(seen):
    summary, [issue] = seen((OLD, OLD), (NEW, NEW))
    assert issue.state == "closed"
    assert summary.count("names the newest image") == 2


def test_while_nothing_is_newer_there_is_no_issue(seen, capsys):
    _, issues = seen((NEW, NEW))
    assert issues == []
    assert "::notice" not in capsys.readouterr().out


def test_every_environment_is_asked_about(monkeypatch: pytest.MonkeyPatch, seen):
    asked: list[str] = []

    def find(_: None, names: list[str]) -> dict[str, PinnedAmi]:
        asked.extend(names)
        return {}

    monkeypatch.setattr(report_newest_ami, "find_newest_amis", find)
    report_newest_ami.main([])
    assert asked == environments()
