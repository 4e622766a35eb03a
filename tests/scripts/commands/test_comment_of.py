"""A plan's comment for anybody who has its JSON."""

import json
from pathlib import Path

import pytest

from scripts.base.errors import RefusedError, UsageError
from scripts.commands import comment_of
from scripts.reporting.comment_body import COMMENT_BYTES
from tests.scripts.plan_maker import big, plan, resource, update


def comment(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> str:
    path = tmp_path / "plan.json"
    path.write_text(text)
    assert comment_of.main([str(path)]) == 0
    return capsys.readouterr().out


def test_nothing_of_a_plan_is_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    problems = [{"message": "The certificate ends <b>soon</b>."}]
    failed = {
        "address": {"kind": "check", "to_display": "check.end"},
        "status": "fail",
        "instances": [{"problems": problems}],
    }
    made = plan(
        update("aws_subnet.b", {"a": 1}, {"a": 2}, previous_address="aws_subnet.a"),
        update("aws_subnet.c", {"a": 1}, {"a": 2}, importing={"id": "subnet-0123"}),
        resource("aws_vpc.d", ["forget"], {"a": 1}),
        resource_drift=[
            update("aws_lb.e", {"idle_timeout": 60}, {"idle_timeout": 90}),
            resource("aws_eip.f", ["delete"], {"a": 1}),
        ],
        checks=[failed, {"address": {"to_display": "aws_lb.e"}, "status": "unknown"}],
    )
    said = comment(tmp_path, capsys, json.dumps(made))
    for words in (
        '-     (moved from): "aws_subnet.a"',
        '+     (imported id): "subnet-0123"',
        "- forget aws_vpc.d",
        "aws_lb.e: idle_timeout",
        "aws_eip.f is gone",
        "`check.end fails: The certificate ends <b>soon</b>.`",
        "1 conditions can be checked only while this is applied",
    ):
        assert words in said, words


def test_half_of_a_surrogate_pair_is_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    made = plan(update("aws_x.x", {"a": "\udc80"}, {"a": "b\ud800"}))
    said = comment(tmp_path, capsys, json.dumps(made))
    assert "\\ud800" in said
    said.encode()


def test_thousands_of_changes_stay_within_the_budget_and_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    said = comment(tmp_path, capsys, json.dumps(big()))
    assert len(said.encode()) <= COMMENT_BYTES
    assert "more: in the [summary of the run]" in said


def test_what_cannot_be_read_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="cannot be read"):
        comment_of.main([str(tmp_path / "none.json")])
    (tmp_path / "plan.json").write_text("not JSON")
    with pytest.raises(RefusedError, match="cannot be judged"):
        comment_of.main([str(tmp_path / "plan.json")])
