"""What a refresh is started with."""

from dataclasses import replace

import pytest

from scripts.domain.facts import Rollout
from scripts.domain.refresh_preferences import canary_percentage, preferences

DEV = Rollout(False, 0, 180, 20, 150, 1, 3, 240, 10)
PROD = replace(DEV, canary=True, canary_pause_seconds=300)


def test_it_launches_before_it_terminates_and_leaves_nothing_to_defaults():
    chosen = preferences(DEV, 2, ("a", "b"), gated=True)
    assert chosen == {
        "MinHealthyPercentage": 100,
        "MaxHealthyPercentage": 150,
        "InstanceWarmup": 20,
        "AutoRollback": True,
        "SkipMatching": True,
        "ScaleInProtectedInstances": "Refresh",
        "StandbyInstances": "Terminate",
        "BakeTime": 180,
        "AlarmSpecification": {"Alarms": ["a", "b"]},
    }


@pytest.mark.parametrize(
    ("desired", "percentage"), [(1, 100), (2, 50), (3, 33), (6, 16), (100, 1), (300, 1), (0, 100)]
)
def test_a_canary_is_one_instance(desired, percentage):
    assert canary_percentage(desired) == percentage


def test_a_canary_goes_first_and_the_rest_follows():
    chosen = preferences(PROD, 3, (), gated=True)
    assert chosen["CheckpointPercentages"] == [33, 100]
    assert chosen["CheckpointDelay"] == 300


def test_a_group_of_one_has_no_canary():
    # A checkpoint at 100 alone would only delay the end, and a delay alone is refused.
    chosen = preferences(PROD, 1, (), gated=True)
    assert not {"CheckpointPercentages", "CheckpointDelay"} & set(chosen)


def test_going_back_waits_for_nothing_and_needs_no_alarm():
    chosen = preferences(PROD, 3, ("a",), gated=False)
    waits = {"BakeTime", "CheckpointPercentages", "CheckpointDelay", "AlarmSpecification"}
    assert not waits & set(chosen)
    assert chosen["AutoRollback"]
