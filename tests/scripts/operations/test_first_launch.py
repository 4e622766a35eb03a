"""A first release that does not come up: the group goes back to 0."""

import pytest

from scripts.base import clock
from scripts.commands import abort
from tests.scripts.emulated import SPEC
from tests.scripts.meanwhile import NO_CAPACITY, no_capacity

pytestmark = pytest.mark.slow
A = "a" * 12


def test_a_first_release_that_never_comes_up_ends_when_its_time_is_over(dev):
    dev.stand.machines.starts = "pending"
    began = clock.seconds()
    assert dev.deploy(A) == 1
    assert clock.seconds() - began < 600
    assert "not in service after 240 s" in str(dev.error)
    assert dev.ledger().has_failed(A, SPEC)
    dev.whole(None)


def test_a_first_release_without_capacity_is_not_noted_as_failed(dev):
    no_capacity(dev, times=1000)
    assert dev.deploy(A) == 1
    assert NO_CAPACITY in str(dev.error)
    assert not dev.ledger().failed
    dev.whole(None)


def test_a_first_release_that_is_aborted_ends_its_watch(dev):
    codes = []

    def once() -> None:
        dev.on_pause = lambda: None
        codes.append(dev.run(abort.main))

    dev.stand.machines.starts = "pending"
    dev.on_pause = once
    assert dev.deploy(A) == 1
    assert codes == [0]
    assert "taken to 0 meanwhile" in str(dev.error)
    assert not dev.ledger().failed
    dev.whole(None)


def test_a_first_release_that_failed_while_nobody_watched_ends_at_once(dev):
    dev.bad = {A}
    dev.kill_at_poll = dev.polls + 1
    assert dev.deploy(A) == -9
    dev.kill_at_poll = None
    dev.pass_time(30)
    dev.stand.suspend("Launch")
    # What was launched at this very moment is abandoned as well.
    dev.pass_time(30)
    assert dev.deploy(A) == 1
    assert "gave up while it booted" in dev.ledger().failed[0].cause
