"""Each worker has a CPU of its own, as long as there are enough."""

import pytest

from app.cpu_affinity import least_used


@pytest.mark.parametrize(
    ("taken", "allowed", "chosen"),
    [
        ([], {0, 1}, 0),
        ([0], {0, 1}, 1),
        ([1], {0, 1}, 0),
        ([0, 1], {0, 1}, 0),
        ([0, 1, 0], {0, 1}, 1),
        ([2], {2, 5}, 5),
        ([0, 0], {3}, 3),
    ],
)
def test_a_worker_takes_the_cpu_with_the_fewest_others(taken, allowed, chosen):
    assert least_used(taken, allowed) == chosen
