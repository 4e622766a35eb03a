"""The least that a rollout can take follows the steps of its refresh."""

import pytest

from bench.bounds import Bound, Span, lower_bound

DRAINS = [Span(10, 12), Span(30, 33)]


def bound(launches, drains=DRAINS, at_once=1):
    return lower_bound(launches, drains, at_once=at_once, settle_seconds=3, warmup_seconds=0.5)


def test_steps_of_one_come_one_after_the_other():
    found = bound([Span(0, 10), Span(11, 31)])
    assert found == Bound(boots=10 + 20 - 2 * 3, settle=2 * 3, warmups=2 * 0.5, drains=3)
    assert found.seconds == 24 + 6 + 1 + 3


def test_of_a_step_of_two_the_slower_boot_and_the_slower_drain_count():
    found = bound([Span(0, 10), Span(1, 21)], at_once=2)
    assert found == Bound(boots=20 - 3, settle=3, warmups=0.5, drains=3)


def test_a_last_step_may_be_smaller_than_the_others():
    launches = [Span(0, 10), Span(0, 12), Span(13, 20)]
    drains = [Span(13, 30), Span(13, 14), Span(21, 25)]
    found = bound(launches, drains, at_once=2)
    assert found == Bound(boots=12 + 7 - 2 * 3, settle=2 * 3, warmups=2 * 0.5, drains=4)


def test_the_order_in_which_aws_lists_them_does_not_matter():
    launches = [Span(0, 10), Span(11, 31)]
    assert bound(launches[::-1], DRAINS[::-1]) == bound(launches)


@pytest.mark.parametrize("launches", [[], [Span(0, 10)]])
def test_a_rollout_of_which_a_part_is_missing_has_no_bound(launches):
    with pytest.raises(ValueError, match=f"{len(launches)} instances came and 2 left"):
        bound(launches)
