"""What ends a rollout early, and what does not."""

from dataclasses import replace

import pytest

from scripts.domain import breaker
from scripts.domain.breaker import Activity, InstanceFailure
from scripts.domain.observed_state import Configuration, Instance
from tests.scripts.meanwhile import NO_CAPACITY

NEW, OLD = Configuration("shape", "sha256:new"), Configuration("shape", "sha256:old")
SINCE = "2026-01-01T00:00:10Z"
ABANDONED = Activity(
    "1",
    "Launching a new EC2 instance: i-0123456789abcdef0",
    "Cancelled",
    "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token x was "
    "abandoned: Lifecycle Action Completed with ABANDON Result",
    "2026-01-01T00:00:20Z",
)
HEALTHY = Instance("i-1", "a", "InService", "Healthy", "healthy", "v", NEW)


def bad(*activities: Activity, instances: tuple[Instance, ...] = ()) -> list[InstanceFailure]:
    return breaker.instance_failures(activities, instances, NEW, SINCE)


def test_an_abandoned_boot_is_bad():
    assert bad(ABANDONED) == [
        InstanceFailure("i-0123456789abcdef0", "i-0123456789abcdef0 gave up while it booted")
    ]


def test_a_boot_that_never_ended_is_bad():
    message = ABANDONED.message.replace(
        "Lifecycle Action Completed with ABANDON Result", "Heartbeat Timeout"
    )
    assert "did not end its boot in time" in bad(replace(ABANDONED, message=message))[0].cause


def test_a_launch_that_fails_for_its_template_is_bad():
    found = bad(
        Activity("2", "Launching a new EC2 instance.  Status Reason: x", "Failed", "bad AMI", SINCE)
    )
    assert found == [InstanceFailure("", "bad AMI")]


@pytest.mark.parametrize(
    "message",
    [
        "You have requested more vCPU capacity than your current vCPU limit of 384 allows for the "
        "instance bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
        "You have requested more instances (7) than your current instance limit of 6 allows for "
        "the specified instance type. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
        "Your quota allows for 0 more running instance(s). You requested at least 1",
        "We currently do not have sufficient g4dn.8xlarge capacity in the Availability Zone you "
        "requested (us-east-1a). Our system will be working on provisioning additional capacity.",
        "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not "
        "have sufficient t3.small capacity in the Availability Zone you requested (eu-central-1a).",
        "There are not enough free addresses in subnet 'subnet-66d3dd2c' to satisfy the requested "
        "number of instances.",
        "Request limit exceeded. Account 123456789012 has been throttled on ec2:RunInstances.",
        "Your account is currently being verified. Verification normally takes less than 2 hours.",
        "Your request for accessing resources in this region is being validated, and you will not "
        "be able to launch additional resources in this region until the validation is complete.",
    ],
)
def test_a_lack_of_capacity_is_no_judgement(message):
    message += " Launching EC2 instance failed."
    found = bad(replace(ABANDONED, status="Failed", message=message))
    assert [one.kind for one in found] == ["capacity"]
    assert breaker.tripped_by(found * 9, 1) is None


@pytest.mark.parametrize(
    "activity",
    [
        replace(ABANDONED, started="2026-01-01T00:00:09Z"),
        replace(ABANDONED, status="InProgress"),
        replace(ABANDONED, status="Successful"),
        replace(ABANDONED, description="Terminating EC2 instance: i-0123456789abcdef0"),
        replace(ABANDONED, description="Terminating EC2 instance: i-0", status="Failed"),
    ],
)
def test_what_is_older_or_ends_well_or_takes_away_is_not_bad(activity):
    assert not bad(activity)


def test_a_new_instance_that_turns_unhealthy_is_bad_even_while_it_leaves():
    sick = replace(HEALTHY, health="Unhealthy", target_health="unhealthy")
    for state in ("InService", "Terminating"):
        assert bad(instances=(replace(sick, state=state),))[0].instance == "i-1"


def test_old_instances_and_healthy_new_ones_are_not_bad():
    old = replace(HEALTHY, health="Unhealthy", configuration=OLD)
    waiting = replace(HEALTHY, state="Pending:Wait", target_health="")
    scaled_in = replace(HEALTHY, state="Terminating:Wait", target_health="draining")
    assert not bad(instances=(HEALTHY, old, waiting, scaled_in))


def test_a_lack_of_capacity_that_passed_holds_nothing_up():
    lack = replace(ABANDONED, status="Failed", message=NO_CAPACITY)
    later = replace(ABANDONED, status="InProgress", message="", started="2026-01-01T00:01:20Z")
    ending = replace(later, description="Terminating EC2 instance: i-0")
    assert breaker.out_of_capacity([ending, lack], SINCE) == lack.cause
    assert not breaker.out_of_capacity([later, lack], SINCE)
    assert not breaker.out_of_capacity([replace(lack, started="2026-01-01T00:00:09Z")], SINCE)
    assert not breaker.out_of_capacity([ABANDONED], SINCE)
    assert not breaker.out_of_capacity([], SINCE)


def test_an_instance_taken_away_while_it_boots_is_not_bad():
    message = "The instance was terminated before it was in service"
    assert not bad(replace(ABANDONED, message=message))


def test_one_instance_counts_once():
    sick = replace(HEALTHY, id="i-0123456789abcdef0", health="Unhealthy")
    assert len(bad(ABANDONED, instances=(sick,))) == 1


@pytest.mark.parametrize(
    ("count", "limit", "ends"),
    [(0, 1, False), (1, 1, True), (1, 2, False), (2, 2, True), (1, 0, True)],
)
def test_it_ends_at_the_limit(count, limit, ends):
    found = [InstanceFailure(f"i-{n}", "x") for n in range(count)]
    assert (breaker.tripped_by(found, limit) is not None) == ends
