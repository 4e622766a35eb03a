"""A hold that is set while a deploy works ends it before it moves anything more."""

from typing import Any

import pytest

from scripts.commands import hold
from tests.scripts.meanwhile import after, hold_now, with_alarm

pytestmark = pytest.mark.slow
A, B = "a" * 12, "b" * 12


def test_a_hold_that_comes_while_alarms_are_waited_for_starts_no_roll(dev, monkeypatch):
    dev.deploy(A)
    dev.stand.alarm("errors", "ALARM")
    with_alarm(monkeypatch, "errors")

    def held() -> None:
        dev.on_pause = lambda: None
        dev.run(hold.main, "--reason", "look first")
        dev.stand.alarm("errors", "OK")

    dev.on_pause = held
    assert dev.deploy(B) == 1
    assert "look first" in str(dev.error)
    assert "StartInstanceRefresh" not in dev.calls


@pytest.mark.parametrize("first", [True, False])
def test_a_hold_between_looking_and_acting_moves_nothing(dev, first):
    if not first:
        dev.deploy(A)
    before_calls = list(dev.calls)

    def published(**_: Any) -> None:
        # The next look reads the hold before it reads refreshes.
        after(dev, "DescribeInstanceRefreshes", lambda _: hold_now(dev))

    dev.clients.ec2.meta.events.register("after-call.ec2.CreateLaunchTemplateVersion", published)
    assert dev.deploy(B) == 1
    assert "overtaken" in str(dev.error)
    assert "look first" in str(dev.error)
    assert not {"StartInstanceRefresh", "UpdateAutoScalingGroup"} & set(
        dev.calls[len(before_calls) :]
    )


def test_a_hold_that_comes_during_a_roll_ends_the_watch_and_touches_nothing(dev):
    dev.deploy(A)

    def held() -> None:
        dev.on_pause = lambda: None
        hold_now(dev)

    dev.on_pause = held
    assert dev.deploy(B) == 1
    assert "overtaken" in str(dev.error)
    assert not {"RollbackInstanceRefresh", "CancelInstanceRefresh"} & set(dev.calls)
    assert dev.observe().refresh.active
    assert not dev.ledger().failed


def test_a_template_that_is_held_meanwhile_overtakes_nobody(dev):
    dev.deploy(A)

    def held() -> None:
        dev.on_pause = lambda: None
        hold_now(dev, "template")

    dev.on_pause = held
    assert dev.deploy(B) == 0
    assert dev.ledger().release.version == B
