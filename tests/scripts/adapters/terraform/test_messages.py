"""Terraform's messages as lines."""

import json

import pytest

from scripts.adapters.terraform.messages import Progress, describe


def hook(kind: str, action: str, seconds: int) -> dict[str, object]:
    resource = {"addr": "aws_lb.this"}
    return {
        "type": kind,
        "hook": {"resource": resource, "action": action, "elapsed_seconds": seconds},
    }


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (hook("apply_complete", "create", 61), "aws_lb.this: created in 61 s"),
        (hook("apply_complete", "delete", 2), "aws_lb.this: destroyed in 2 s"),
        (hook("apply_complete", "read", 2), ""),
        (hook("apply_errored", "create", 3), "aws_lb.this: failed after 3 s"),
        (hook("apply_progress", "create", 10), ""),
        (hook("apply_progress", "create", 20), "aws_lb.this: still working after 20 s"),
        ({"type": "change_summary", "@message": "Plan: 1 to add"}, ""),
        ({"type": "version"}, ""),
        ({}, ""),
    ],
)
def test_a_message_is_a_line_or_nothing(message, line):
    assert describe(message) == line


@pytest.mark.parametrize("line", ["", "not json", "[1]", "3", '{"type":"other"}'])
def test_lines_that_are_no_messages_are_passed_over(line):
    progress = Progress()
    progress.feed(line)
    assert progress.errors() == ""


def test_warnings_are_no_errors():
    progress = Progress()
    progress.feed('{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"old"}}')
    assert progress.errors() == ""


def test_the_summary_waits_until_it_is_asked_for(capfd):
    progress = Progress()
    progress.feed('{"type": "change_summary", "@message": "Plan: 1 to add"}')
    assert "Plan" not in capfd.readouterr().err
    progress.summarise()
    assert "Plan: 1 to add" in capfd.readouterr().err


def test_what_was_done_is_counted_by_its_kind():
    progress = Progress()
    for action in ("delete", "delete", "create", "read"):
        progress.feed(json.dumps(hook("apply_complete", action, 1)))
    progress.feed(json.dumps(hook("apply_errored", "create", 1)))
    assert progress.done() == "2 destroyed, 1 created"


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("main.tf", "infra/envs/dev/main.tf:66"),
        ("../../modules/platform/main.tf", "infra/modules/platform/main.tf:66"),
    ],
)
def test_an_errors_place_is_named_from_the_top_of_the_repository(file: str, place: str):
    progress = Progress("infra/envs/dev")
    where = {"filename": file, "start": {"line": 66}}
    diagnostic = {"severity": "error", "summary": "Invalid value", "range": where}
    progress.feed(json.dumps({"type": "diagnostic", "diagnostic": diagnostic}))
    assert f"at: {place}" in progress.errors()
