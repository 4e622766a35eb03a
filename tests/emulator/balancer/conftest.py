from collections.abc import Iterator

import pytest

from emulator.balancer.client import ProcessBalancers
from tests.emulator.balancer.stand import Stand


@pytest.fixture
def stand() -> Iterator[Stand]:
    """A load balancer without targets."""
    balancers = ProcessBalancers()
    stand = Stand(balancers, balancers.listen("lb"))
    try:
        yield stand
    finally:
        balancers.close()
        stand.close()
