"""The arithmetic of healthy percentages."""

import pytest

from emulator.aws.groups.limits import Limits


@pytest.mark.parametrize(
    ("desired", "minimum", "maximum", "kept", "step"),
    [
        (1, 100, 110, 1, 1),
        (2, 100, 110, 2, 1),
        (2, 100, 150, 2, 1),
        (2, 100, 200, 2, 2),
        (4, 100, 150, 4, 2),
        (10, 100, 110, 10, 1),
        (4, 90, 100, 4, 1),
        (10, 90, 100, 9, 1),
        (10, 50, 100, 5, 5),
        (1, 0, 100, 0, 1),
        (2, 100, 100, 2, 1),
        (10, 90, None, 9, 1),
        (2, 90, None, 2, 1),
        (4, 0, None, 0, 4),
    ],
)
def test_the_minimum_is_rounded_up_and_the_maximum_down(
    desired: int, minimum: int, maximum: int | None, kept: int, step: int
) -> None:
    """User Guide's anchors for groups, ECS API reference for the rounding."""
    limits = Limits(minimum, maximum)
    assert (limits.kept(desired), limits.step(desired)) == (kept, step)
