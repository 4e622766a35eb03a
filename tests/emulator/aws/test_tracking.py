"""Target tracking: the group's size follows how busy its machines are, or its requests."""

from dataclasses import replace

import pytest

from tests.emulator.aws.stand import GROUP, Stand


@pytest.fixture
def tracked(stand: Stand) -> Stand:
    """Two instances that are warm, with a target of 50 % of their two processors each."""
    stand.group(desired=2, MinSize=2, DesiredCapacity=2)
    _put(stand)
    stand.tick(60)
    return stand


def _put(stand: Stand, **more: object) -> None:
    stand.scaling.put_scaling_policy(
        AutoScalingGroupName=GROUP,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "TargetValue": 50,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            **more,
        },
    )


def _busy(stand: Stand, percent: float, minutes: int) -> None:
    """Let every machine use so much of its two processors."""
    for _ in range(minutes):
        for id_ in stand.machines.states:
            stand.machines.cpu[id_] += 2 * 60 * percent / 100
        stand.tick(60)


def _desired(stand: Stand) -> int:
    return int(stand.described()["DesiredCapacity"])


def test_a_group_that_is_too_busy_for_three_minutes_grows_in_proportion(tracked: Stand) -> None:
    """User Guide, "Target tracking scaling policies": in proportion, rounded up."""
    _busy(tracked, 60, 2)
    assert _desired(tracked) == 2
    _busy(tracked, 90, 1)
    assert _desired(tracked) == 4
    tracked.tick(1)
    cause = tracked.activities()[0]["Cause"]
    assert "in state ALARM triggered policy cpu changing the desired capacity from 2 to 4" in cause


def test_a_group_grows_to_its_maximum_at_most(tracked: Stand) -> None:
    _busy(tracked, 100, 3)
    tracked.settle()
    _busy(tracked, 100, 6)
    tracked.settle()
    _busy(tracked, 100, 6)
    assert _desired(tracked) == 6


def test_instances_that_warm_up_are_capacity_and_are_not_measured(stand: Stand) -> None:
    """User Guide, "default instance warmup"."""
    stand.group(desired=2, MinSize=2, DesiredCapacity=2, DefaultInstanceWarmup=600)
    _put(stand)
    stand.tick(600)
    _busy(stand, 60, 3)
    assert _desired(stand) == 3
    _busy(stand, 60, 6)
    assert _desired(stand) == 3
    _busy(stand, 60, 9)
    assert _desired(stand) == 4


def test_a_group_that_is_idle_for_fifteen_minutes_shrinks_by_one_at_a_time(stand: Stand) -> None:
    """User Guide: in more gradually than out, and never below the minimum."""
    stand.group(desired=4, MinSize=2, DesiredCapacity=2)
    _put(stand)
    stand.tick(60)
    _busy(stand, 48, 1)
    _busy(stand, 1, 14)
    assert _desired(stand) == 4
    _busy(stand, 1, 1)
    assert _desired(stand) == 3
    _busy(stand, 1, 5)
    assert _desired(stand) == 2


def test_a_group_does_not_shrink_below_what_its_load_needs(stand: Stand) -> None:
    stand.group(desired=4, MinSize=2, DesiredCapacity=2)
    _put(stand)
    stand.tick(60)
    _busy(stand, 44, 30)
    assert _desired(stand) == 4


def test_a_policy_without_scale_in_never_shrinks_its_group(stand: Stand) -> None:
    """API reference, TargetTrackingConfiguration.DisableScaleIn."""
    stand.group(desired=4, MinSize=2, DesiredCapacity=2)
    _put(stand, DisableScaleIn=True)
    stand.tick(60)
    _busy(stand, 1, 20)
    assert _desired(stand) == 4


def test_while_alarm_notification_is_suspended_no_policy_acts(tracked: Stand) -> None:
    """User Guide, "Suspend and resume processes": AlarmNotification."""
    tracked.suspend("AlarmNotification")
    _busy(tracked, 100, 5)
    assert _desired(tracked) == 2
    tracked.resume("AlarmNotification")
    _busy(tracked, 100, 1)
    assert _desired(tracked) == 4


def test_a_policy_that_the_emulator_does_not_follow_is_refused(stand: Stand) -> None:
    stand.group()
    with stand.refused(
        "ValidationError", "ASGAverageCPUUtilization and ALBRequestCountPerTarget only"
    ):
        stand.scaling.put_scaling_policy(
            AutoScalingGroupName=GROUP,
            PolicyName="step",
            PolicyType="SimpleScaling",
            AdjustmentType="ChangeInCapacity",
            ScalingAdjustment=1,
        )


@pytest.fixture
def requested(stand: Stand) -> Stand:
    """Two instances that are warm, with a target of 100 requests a minute for each."""
    stand.group(desired=2, MinSize=2, DesiredCapacity=2)
    arn = stand.elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    balancer, target_group = arn.split("loadbalancer/")[1], stand.target_group.split(":")[-1]
    _put_requests(stand, ResourceLabel=f"{balancer}/{target_group}")
    stand.tick(60)
    return stand


def _put_requests(stand: Stand, **more: str) -> None:
    stand.scaling.put_scaling_policy(
        AutoScalingGroupName=GROUP,
        PolicyName="requests",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "TargetValue": 100,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ALBRequestCountPerTarget",
                **more,
            },
        },
    )


def _answer(stand: Stand, requests: int, minutes: int) -> None:
    """Let the targets answer so many requests a minute, all together."""
    for _ in range(minutes):
        counts = stand.balancers.counts
        answered = counts.target_requests.get("i", 0) + requests
        stand.balancers.counts = replace(counts, target_requests={"i": answered})
        stand.tick(60)


def test_a_group_that_gets_too_many_requests_grows_in_proportion(requested: Stand) -> None:
    """API reference, PredefinedMetricSpecification: a resource label names the target group."""
    _answer(requested, 210, 2)
    assert _desired(requested) == 2
    _answer(requested, 330, 1)
    assert _desired(requested) == 4


def test_a_group_without_requests_shrinks(stand: Stand, requested: Stand) -> None:
    """User Guide of the balancer, "CloudWatch metrics": always reported, a zero as well."""
    _answer(requested, 330, 3)
    requested.settle()
    assert _desired(requested) == 4
    _answer(requested, 0, 20)
    assert _desired(requested) == 2


def test_requests_of_no_target_group_are_refused(stand: Stand) -> None:
    stand.group()
    with stand.refused("ValidationError", "ResourceLabel"):
        _put_requests(stand)
