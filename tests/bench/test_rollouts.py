"""Rollouts: what a missed goal looks like, and what counts as the first bad sign."""

import time

import pytest

from bench.bounds import Bound
from bench.clones import Ran
from bench.rolling import BadRelease, RollBack, Rollout, answered_badly, gave_up
from bench.rollouts import Figures, text
from scripts.base.errors import SlipwayError
from tests.load.answers import Answer, Answers, Failure

BOUND = Bound(boots=14, settle=6, warmups=1.5, drains=2.5)
BAD = BadRelease(decision=2.5, whole=30, asked=400, lost=7, reason="Rollback due to user request.")
LOG = """\
[  45.2s] going back: i-1 gave up while it booted
  i-1: 2026-11-25T15:42:08Z   11 s  ready: begins
  i-1: 2026-11-25T15:42:13Z   16 s  boot failed with status 1; the container's last lines:
  i-1: 2026-11-25T15:42:20Z   23 s  boot failed with status 1; the container's last lines:
"""
AT_42_13 = 1795621333.0


def figures(seconds=30.0, hold=1.0):
    rollout = Rollout(seconds, 6.0, BOUND)
    return Figures(rollout, RollBack(rollout, hold, hold + 1), {"crashes": BAD})


def ran(log=LOG):
    return Ran(0.0, 60.0, log)


def test_the_parts_of_the_bound_stand_beside_what_was_measured():
    written = text(figures())
    assert "| **lower bound** | 24.0 | 24.0 |" in written
    assert "| **measured** | 30.0 | 30.0 |" in written
    assert (
        "| good deploy, against its lower bound | at most 1.5 times | 1.25 times | holds |"
        in written
    )
    assert "missed" not in written


def test_a_rollout_that_is_too_slow_is_missed():
    written = text(figures(seconds=37.0))
    assert (
        "| good deploy, against its lower bound | at most 1.5 times | 1.54 times | missed |"
        in written
    )
    assert (
        "| rollback, against its lower bound | at most 1.5 times | 1.54 times | missed |" in written
    )


def test_a_roll_back_that_begins_late_is_missed():
    assert "| 5.1 s; its refresh began after 6.1 s | missed |" in text(figures(hold=5.1))


def test_a_bad_release_stands_beside_the_hour_of_aws():
    assert "| crashes | 2.5 | 30.0 | 3600, 120 times as long | 7 of 400 |" in text(figures())


def test_the_first_instance_that_gave_up_is_the_sign():
    assert gave_up(ran(), Answers([])) == AT_42_13


def test_a_release_that_did_not_fail_to_boot_has_no_such_sign():
    with pytest.raises(SlipwayError, match="no instance has said"):
        gave_up(ran("[  45.2s] going back: something else\n"), Answers([]))


def test_the_first_bad_answer_is_the_sign_when_it_comes():
    """One that was due earlier and came later is not the first."""
    bad = Failure.SERVER_ERROR
    now = time.monotonic()
    slow = Answer(now - 9, 8.0, "/", True, 500, failure=bad)
    quick = Answer(now - 5, 1.0, "/", True, 500, failure=bad)
    good = Answer(now - 20, 1.0, "/", True, 200)
    found = answered_badly(ran(), Answers([good, slow, quick]))
    assert found == pytest.approx(time.time() - 4, abs=1)


def test_a_bad_release_that_nobody_met_has_no_sign():
    with pytest.raises(SlipwayError, match="no request met"):
        answered_badly(ran(), Answers([Answer(0, 1.0, "/", True, 200)]))
