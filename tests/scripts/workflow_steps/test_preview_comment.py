"""One comment, found by author and marker; summaries that are none are not shown."""

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.domain.plan_changes import changes
from scripts.reporting import comment_body, plan_summary
from scripts.reporting.plan_summary import Outlook, Summary
from scripts.workflow_steps import preview_comment
from tests.scripts.plan_maker import real

LOOK = Outlook("b" * 12, "", False, False, "", True)


class Pull:
    def __init__(self, *comments: tuple[str, str]) -> None:
        self.made: list[str] = []
        self.edited: list[tuple[int, str]] = []
        self.comments: list[Any] = [
            SimpleNamespace(
                user=SimpleNamespace(login=login),
                body=body,
                edit=lambda text, at=at: self.edited.append((at, text)),
            )
            for at, (login, body) in enumerate(comments)
        ]

    def get_issue_comments(self) -> list[Any]:
        return self.comments

    def create_issue_comment(self, body: str) -> None:
        self.made.append(body)


@pytest.fixture
def write(monkeypatch):
    def run(pull: Pull) -> None:
        where = SimpleNamespace(get_pull=lambda number: pull)
        monkeypatch.setattr(preview_comment, "repository", lambda: where)
        preview_comment.write(7, lambda before: f"new, after {before!r}")

    return run


OURS = (preview_comment.AUTHOR, f"{comment_body.MARKER}\nold")


def test_the_first_comment_is_made(write):
    pull = Pull((preview_comment.AUTHOR, "something else"), ("mallory", OURS[1]))
    write(pull)
    assert (pull.made, pull.edited) == (["new, after ''"], [])


def test_the_next_push_replaces_it(write):
    pull = Pull(("ada", "looks good"), OURS, ("mallory", OURS[1]))
    write(pull)
    assert (pull.made, pull.edited) == ([], [(1, f"new, after {OURS[1]!r}")])


def test_only_summaries_that_can_be_read_are_shown(tmp_path):
    good = Summary("dev", True, "f" * 16, LOOK, plan_summary.show(changes(real("change"))))
    texts = {
        "summary-dev": plan_summary.dump(good),
        "summary-prod": '{"schema": 1, "environment": "prod"}',
        "other": plan_summary.dump(Summary("staging", True, "", LOOK)),
    }
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_text(text)
    assert preview_comment.read_summaries(tmp_path, ["dev", "prod"]) == ([good], ["prod"])


def test_a_folder_without_summaries_is_a_plan_that_failed(tmp_path):
    assert preview_comment.read_summaries(tmp_path / "none", ["dev"]) == ([], ["dev"])


def test_an_environment_that_the_base_does_not_know_is_shown(tmp_path, monkeypatch):
    staging = Summary("staging", True, "f" * 16, LOOK, plan_summary.show(changes(real("change"))))
    (tmp_path / "summary.json").write_text(plan_summary.dump(staging))
    pull = Pull()
    payload = {"pull_request": {"number": 7, "head": {"sha": "c" * 40}}}
    monkeypatch.setattr(preview_comment, "event", lambda: payload)
    monkeypatch.setattr(
        preview_comment, "repository", lambda: SimpleNamespace(get_pull=lambda _: pull)
    )
    monkeypatch.setenv("PLANS", str(tmp_path))
    monkeypatch.setenv("NAMES", '["staging", "<h1>"]')
    monkeypatch.setenv("UNCONNECTED", "[]")
    preview_comment.main([])
    assert "- **staging**: after prod and an approval" in pull.made[0]
    assert "h1" not in pull.made[0]
