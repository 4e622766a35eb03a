"""What was just written is not shown yet: a deploy and a rollback converge and publish once.

Source: EC2 API reference, "Eventual consistency".
"""

import pytest

from tests.scripts.emulated import Environment
from tests.scripts.published import published, refreshes

pytestmark = pytest.mark.slow
A, B = "a" * 12, "b" * 12
LONGEST = 25.0
EVERY_DAY = (0, 5)


@pytest.mark.parametrize(
    "seed",
    [pytest.param(n, marks=[] if n in EVERY_DAY else pytest.mark.soak) for n in range(40)],
)
def test_nothing_is_published_or_rolled_twice(dev: Environment, seed: int):
    lateness = dev.stand.engine.context.lateness
    lateness.longest, lateness.seed = LONGEST, seed
    assert dev.deploy(A) == 0, dev.error
    dev.clients.template_versions.clear()
    assert dev.deploy(B) == 0, dev.error
    # Another machine's command, right after it.
    dev.clients.template_versions.clear()
    assert dev.roll_back() == 0, dev.error
    dev.clients.template_versions.clear()
    dev.bad = {B}
    assert dev.deploy(B, "--wait") == 3, "held"
    dev.pass_time(120)
    dev.whole(A)
    assert (published(dev, A), published(dev, B)) == (2, 1)
    assert refreshes(dev) == 2
