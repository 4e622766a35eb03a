"""Killed after each changing call and at each look, then run again: it ends as if never killed.

Three commands (a first release, a deploy, a rollback), three ways to go on (the same command, a
newer deploy, a rollback), at once or after AWS had time to finish alone.
"""

from collections.abc import Callable

import pytest

from tests.scripts.emulated import Environment

A, B, C = "a" * 12, "b" * 12, "c" * 12
AGES = 600
"""Seconds in which AWS finishes whatever it was told."""

Command = Callable[[Environment], int]


def prepare(dev: Environment, kind: str) -> Command:
    """Bring dev to where a command begins, and return the command."""
    if kind == "first release":
        return lambda dev: dev.deploy(A, "--wait")
    dev.deploy(A)
    if kind == "deploy":
        return lambda dev: dev.deploy(B, "--wait")
    if kind == "failing deploy":
        dev.bad = {B}
        return lambda dev: dev.deploy(B, "--wait")
    dev.deploy(B)
    return lambda dev: dev.roll_back("--to", A)


def calls_of(dev: Environment, command: Command) -> tuple[int, int]:
    """Changing calls and looks of a command that is not killed."""
    calls, polls = len(dev.calls), dev.polls
    command(dev)
    return len(dev.calls) - calls, dev.polls - polls


def kill(dev: Environment, command: Command, after_call: int | None, at_poll: int | None) -> bool:
    """Run a command and kill it; whether it lived so long."""
    dev.kill_after = len(dev.calls) + after_call if after_call else None
    dev.kill_at_poll = dev.polls + at_poll if at_poll else None
    ended = command(dev)
    dev.kill_after = dev.kill_at_poll = None
    return ended == -9


def go_on(dev: Environment, kind: str, how: str, command: Command) -> str | None:
    """Run something after the kill; return the release that must run then, None for none."""
    if how == "the same again":
        code = command(dev)
        if kind == "failing deploy":
            assert code == 1
            return A
        assert code == 0, dev.error
        return B if kind == "deploy" else A
    held = dev.observe().hold is not None
    if how == "a newer deploy":
        code = dev.deploy(C, "--wait")
        if held:
            # An interrupted rollback is finished by a rollback; a deploy respects its hold.
            assert code == 3
            assert dev.roll_back("--to", A) == 0
            return A
        assert code == 0, dev.error
        return C
    ledger = dev.ledger()
    code = dev.roll_back()
    if ledger.release is None:
        assert code == 3
        assert dev.deploy(A, "--wait") == 0
        return A
    if code == 3:
        # Nothing had been begun: there is nothing to go back from.
        assert ledger.pending is None or kind == "deploy"
    recorded = dev.ledger().release
    return recorded.version if recorded else None


HOW = ("the same again", "a newer deploy", "a rollback")
SAMPLE = [
    pytest.param("first release", 3, None, "the same again", 0, id="first-raised"),
    pytest.param("first release", 3, None, "a newer deploy", 0, id="first-raised-newer"),
    pytest.param("deploy", 2, None, "the same again", 0, id="deploy-published"),
    pytest.param("deploy", 3, None, "a newer deploy", AGES, id="deploy-finished-unseen-newer"),
    pytest.param("deploy", 3, None, "a rollback", 0, id="deploy-rolling-rollback"),
    pytest.param("deploy", None, 3, "the same again", 0, id="deploy-watching"),
    pytest.param("failing deploy", None, 1, "the same again", AGES, id="failing-unseen"),
    pytest.param("failing deploy", 4, None, "a newer deploy", 0, id="failing-going-back-newer"),
    pytest.param("rollback", 4, None, "the same again", 0, id="rollback-rolling"),
    pytest.param("rollback", 4, None, "a newer deploy", AGES, id="rollback-finished-newer"),
]
FULL = [
    pytest.param(kind, call, poll, how, wait, id=f"{kind}-{call}-{poll}-{how}-{wait}")
    for kind in ("first release", "deploy", "failing deploy", "rollback")
    for call, poll in [(n, None) for n in range(1, 9)] + [(None, n) for n in range(1, 9, 2)]
    for how in HOW
    for wait in (0, AGES)
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "call", "poll", "how", "wait"), SAMPLE)
def test_killed_and_run_again_it_ends_whole(dev, kind, call, poll, how, wait):
    check(dev, kind, call, poll, how, wait)


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "call", "poll", "how", "wait"), FULL)
def test_killed_anywhere_and_run_again_it_ends_whole(dev, kind, call, poll, how, wait):
    check(dev, kind, call, poll, how, wait)


def check(
    dev: Environment, kind: str, call: int | None, poll: int | None, how: str, wait: int
) -> None:
    command = prepare(dev, kind)
    killed = kill(dev, command, call, poll)
    if not killed:
        # It has fewer calls or looks than that; the other cases cover all it has.
        assert kind
        return
    if wait:
        dev.pass_time(wait)
    expected = go_on(dev, kind, how, command)
    dev.whole(expected)
