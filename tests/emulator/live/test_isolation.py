"""No command reaches anything but this machine, whatever the shell that calls it holds."""

import pytest

from tests.checkout import Checkout
from tests.emulator.live import isolation
from tests.emulator.live.conftest import Surroundings


def test_no_connection_leaves_loopback(emulator: Checkout, surroundings: Surroundings):
    """The last test of the folder: all others have run in the same surroundings."""
    if surroundings.why_not:
        pytest.skip(f"no network of its own: {surroundings.why_not}")
    for command in ("status", "plan", "deploy"):
        emulator.make(command)
    counted = isolation.without_route()
    # Otherwise a count of nothing could mean that nothing is counted.
    isolation.look_outside()
    assert isolation.without_route() > counted
    assert counted == 0
    assert surroundings.callers == []
