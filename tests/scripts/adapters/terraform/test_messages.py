"""Terraform's messages as lines."""

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
        (hook("apply_progress", "create", 20), "aws_lb.this: still at it after 20 s"),
        ({"type": "change_summary", "@message": "Plan: 1 to add"}, "Plan: 1 to add"),
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
