"""Desired capacity, its bounds, and which instances go."""

from tests.emulator.aws.stand import GROUP, Stand

SUSPENDED_AT_THE_BEGINNING = "User suspended at 2027-01-15T08:00:00Z"


def test_a_smaller_desired_capacity_takes_the_oldest_of_the_fullest_zone_out(stand: Stand) -> None:
    """User Guide, "Configure termination policies": zone balance first, then the oldest."""
    stand.group(desired=3)
    crowded = [i["InstanceId"] for i in stand.instances() if i["AvailabilityZone"].endswith("a")]
    assert len(crowded) == 2
    stand.desire(2)
    stand.settle()
    assert crowded[0] not in stand.ids()
    assert sorted(i["AvailabilityZone"][-1] for i in stand.instances()) == ["a", "b"]


def test_a_scale_in_takes_the_oldest_template_version_first(stand: Stand) -> None:
    """User Guide, "Default termination policy": the oldest launch template."""
    stand.group(desired=2)
    stand.point(stand.publish("two"))
    stand.desire(4)
    stand.settle()
    stand.desire(2)
    stand.settle()
    assert stand.versions() == ["2", "2"]


def test_a_protected_instance_is_not_scaled_in(stand: Stand) -> None:
    """User Guide, "Use instance scale-in protection"."""
    stand.group(desired=2)
    stand.protect(*stand.ids())
    stand.desire(0)
    stand.settle()
    assert len(stand.ids("InService")) == 2


def test_an_instance_drains_before_it_is_scaled_in(stand: Stand) -> None:
    """User Guide, "deregistration delay": connections end before the instance does."""
    stand.group(desired=1)
    stand.balancers.drains = True
    leaving = stand.ids()[0]
    stand.desire(0)
    stand.settle()
    assert stand.states() == ["Terminating"]
    assert stand.machines.states[leaving] == "running"
    stand.balancers.draining.clear()
    stand.tick(times=2)
    assert stand.ids() == []
    assert stand.machines.states[leaving] == "terminated"


def test_a_termination_hook_holds_an_instance_that_has_drained(stand: Stand) -> None:
    """User Guide, "lifecycle hooks": Terminating:Wait; its timeout terminates in any case."""
    stand.group(desired=1)
    stand.scaling.put_lifecycle_hook(
        AutoScalingGroupName=GROUP,
        LifecycleHookName="last",
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        HeartbeatTimeout=60,
    )
    stand.desire(0)
    stand.tick(times=3)
    assert stand.states() == ["Terminating:Wait"]
    stand.tick(60)
    stand.tick(times=2)
    assert stand.ids() == []


def test_activities_tell_who_changed_the_capacity(stand: Stand) -> None:
    """User Guide, "Verify a scaling activity"."""
    stand.group(desired=1)
    cause = stand.activities()[0]["Cause"]
    assert (
        "a user request update of AutoScalingGroup constraints to min: 0, max: 6, desired: 1"
        in cause
    )
    assert "changing the desired capacity from 0 to 1" in cause
    assert "increasing the capacity from 0 to 1" in cause
    stand.desire(0)
    stand.settle()
    newest = stand.activities()[0]
    assert "shrinking the capacity from 1 to 0" in newest["Cause"]
    assert newest["StatusCode"] == "Successful"


def test_activities_are_listed_newest_first_and_in_pages(stand: Stand) -> None:
    """API reference, DescribeScalingActivities."""
    stand.group(desired=1)
    stand.tick(10)
    stand.desire(3)
    stand.settle()
    page = stand.scaling.describe_scaling_activities(AutoScalingGroupName=GROUP, MaxRecords=2)
    rest = stand.scaling.describe_scaling_activities(
        AutoScalingGroupName=GROUP, NextToken=page["NextToken"]
    )
    assert len(page["Activities"]) == 2
    assert [a["ActivityId"] for a in page["Activities"] + rest["Activities"]] == [
        a["ActivityId"] for a in stand.activities()
    ]
    assert "from 0 to 1" in rest["Activities"][-1]["Cause"]


def test_a_desired_capacity_outside_the_bounds_is_refused(stand: Stand) -> None:
    """AWS's sentences for SetDesiredCapacity and UpdateAutoScalingGroup."""
    stand.group(MinSize=0, MaxSize=3)
    with stand.refused("ValidationError", "is above max value 3"):
        stand.desire(4)
    with stand.refused("ValidationError", "must be between the specified min size"):
        stand.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, DesiredCapacity=9)


def test_a_raised_minimum_raises_the_desired_capacity(stand: Stand) -> None:
    """API reference, UpdateAutoScalingGroup: MinSize above the present capacity."""
    stand.group()
    stand.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, MinSize=2)
    stand.settle()
    assert stand.described()["DesiredCapacity"] == 2
    assert len(stand.ids("InService")) == 2


def test_what_terraform_sets_on_a_group_is_answered(stand: Stand) -> None:
    policy = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 150}
    stand.group(InstanceMaintenancePolicy=policy, TerminationPolicies=["OldestInstance"])
    group = stand.described()
    assert group["DefaultInstanceWarmup"] == 30
    assert group["InstanceMaintenancePolicy"] == policy
    stand.scaling.update_auto_scaling_group(
        AutoScalingGroupName=GROUP,
        DefaultInstanceWarmup=5,
        InstanceMaintenancePolicy={"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1},
        TerminationPolicies=["Default"],
    )
    group = stand.described()
    assert group["DefaultInstanceWarmup"] == 5
    assert "InstanceMaintenancePolicy" not in group
    assert group["TerminationPolicies"] == ["Default"]


def test_a_group_with_instances_is_deleted_only_by_force(stand: Stand) -> None:
    """API reference, DeleteAutoScalingGroup: ResourceInUse; ForceDelete terminates all."""
    stand.group(desired=2)
    stand.protect(*stand.ids())
    machines = stand.ids()
    with stand.refused("ResourceInUse"):
        stand.scaling.delete_auto_scaling_group(AutoScalingGroupName=GROUP)
    stand.scaling.delete_auto_scaling_group(AutoScalingGroupName=GROUP, ForceDelete=True)
    assert stand.described()["Status"] == "Delete in progress"
    stand.settle()
    assert stand.scaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert {stand.machines.states[id_] for id_ in machines} == {"terminated"}


def test_a_suspended_process_is_answered_until_it_is_resumed(stand: Stand) -> None:
    """API reference, SuspendProcesses and ResumeProcesses."""
    stand.group()
    stand.suspend("InstanceRefresh")
    suspended = {"ProcessName": "InstanceRefresh", "SuspensionReason": SUSPENDED_AT_THE_BEGINNING}
    assert stand.described()["SuspendedProcesses"] == [suspended]
    stand.tick(60)
    stand.suspend("InstanceRefresh")
    assert stand.described()["SuspendedProcesses"] == [suspended]
    stand.resume("InstanceRefresh")
    assert stand.described()["SuspendedProcesses"] == []
    with stand.refused("ValidationError"):
        stand.suspend("Typo")


def test_a_group_that_does_not_exist_is_a_validation_error(stand: Stand) -> None:
    with stand.refused("ValidationError", "AutoScalingGroup name not found"):
        stand.desire(1)


def test_an_instance_gives_its_address_back_when_it_ends(stand: Stand) -> None:
    """EC2, "Delete a network interface": the one made with an instance goes with it."""
    stand.group()
    free = stand.free_addresses()
    stand.desire(1)
    stand.settle()
    assert stand.free_addresses() == free - 1
    stand.desire(0)
    stand.settle()
    assert stand.free_addresses() == free
