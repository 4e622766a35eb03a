"""Which instances are unhealthy, and what happens to them."""

from tests.emulator.aws.stand import GROUP, Stand


def test_an_instance_that_its_balancer_calls_unhealthy_is_replaced(stand: Stand) -> None:
    """User Guide, "Health checks": ELB health checks after the grace period."""
    stand.group(desired=2)
    sick = stand.ids()[0]
    stand.balancers.states[sick] = "unhealthy"
    stand.settle()
    assert sick not in stand.ids()
    assert stand.states() == ["InService", "InService"]
    causes = [activity["Cause"] for activity in stand.activities()]
    assert any("in response to an ELB system health check failure" in cause for cause in causes)
    assert any("an unhealthy instance needing to be replaced" in cause for cause in causes)


def test_the_balancers_verdict_is_ignored_during_the_grace_period(stand: Stand) -> None:
    """User Guide, "Set the health check grace period"; it is not shortened by the clock factor."""
    stand.clock.factor = 10
    stand.group()
    stand.desire(1)
    stand.tick(times=5)
    young = stand.ids()[0]
    stand.balancers.states[young] = "unhealthy"
    stand.tick(59)
    assert stand.instances()[0]["HealthStatus"] == "Healthy"
    stand.tick(1)
    stand.tick()
    assert young not in stand.ids("InService")


def test_a_target_that_is_initial_is_not_unhealthy(stand: Stand) -> None:
    """User Guide, "Health checks"."""
    stand.group(desired=1)
    stand.balancers.states[stand.ids()[0]] = "initial"
    before = stand.ids()
    stand.settle()
    assert stand.ids() == before


def test_with_health_checks_of_ec2_the_balancer_has_no_say(stand: Stand) -> None:
    """API reference, HealthCheckType."""
    stand.group(desired=1, HealthCheckType="EC2")
    before = stand.ids()
    stand.balancers.states[before[0]] = "unhealthy"
    stand.settle()
    assert stand.ids() == before


def test_an_instance_whose_machine_is_lost_is_replaced_even_during_the_grace_period(
    stand: Stand,
) -> None:
    """User Guide, "Health checks": an instance that is not running is unhealthy at once."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=2)
    stand.complete_all()
    lost = stand.ids("InService")[0]
    stand.machines.states[lost] = "terminated"
    stand.tick(times=3)
    assert lost not in stand.ids()
    assert stand.states() == ["Pending:Wait"]
    assert any(
        "EC2 health check indicating it has been terminated" in a["Cause"]
        for a in stand.activities()
    )


def test_under_a_maintenance_policy_a_replacement_is_ready_before_the_unhealthy_one_ends(
    stand: Stand,
) -> None:
    """User Guide, "Instance maintenance policies": launch before terminating."""
    policy = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 150}
    stand.group(desired=2, hook=True, InstanceMaintenancePolicy=policy)
    stand.complete_all()
    stand.tick(100)
    sick = stand.ids()[0]
    stand.balancers.states[sick] = "unhealthy"
    stand.tick(times=3)
    assert sick in stand.ids("InService")
    assert len(stand.ids("Pending:Wait")) == 1
    stand.complete_all()
    stand.settle()
    assert sick not in stand.ids()
    assert len(stand.ids("InService")) == 2


def test_without_a_policy_an_unhealthy_instance_ends_first(stand: Stand) -> None:
    """User Guide, "View the reason for health check failures": terminated, another launched."""
    stand.group(desired=2, hook=True)
    stand.complete_all()
    stand.tick(100)
    sick = stand.ids()[0]
    stand.balancers.states[sick] = "unhealthy"
    stand.tick(times=2)
    assert sick not in stand.ids("InService")


def test_a_person_can_call_an_instance_unhealthy(stand: Stand) -> None:
    """API reference, SetInstanceHealth; it respects the grace period unless told otherwise."""
    stand.group()
    stand.desire(1)
    stand.tick(times=5)
    id_ = stand.ids()[0]
    stand.scaling.set_instance_health(InstanceId=id_, HealthStatus="Unhealthy")
    stand.tick()
    assert stand.instances()[0]["HealthStatus"] == "Healthy"
    stand.scaling.set_instance_health(
        InstanceId=id_, HealthStatus="Unhealthy", ShouldRespectGracePeriod=False
    )
    stand.tick(times=2)
    assert id_ not in stand.ids("InService")
    assert any("in response to a user health-check" in a["Cause"] for a in stand.activities())


def test_while_replace_unhealthy_is_suspended_an_unhealthy_instance_stays(stand: Stand) -> None:
    """User Guide, "Suspend and resume processes"."""
    stand.group(desired=1)
    stand.suspend("ReplaceUnhealthy")
    sick = stand.ids()[0]
    stand.balancers.states[sick] = "unhealthy"
    stand.settle()
    assert stand.ids() == [sick]
    assert stand.instances()[0]["HealthStatus"] == "Unhealthy"


def test_while_health_check_is_suspended_nothing_becomes_unhealthy(stand: Stand) -> None:
    """User Guide, "Suspend and resume processes"."""
    stand.group(desired=1)
    stand.suspend("HealthCheck")
    stand.balancers.states[stand.ids()[0]] = "unhealthy"
    stand.settle()
    assert stand.instances()[0]["HealthStatus"] == "Healthy"


def test_an_instance_terminated_through_ec2_is_replaced(stand: Stand) -> None:
    """User Guide, "Health checks": terminated outside Auto Scaling."""
    stand.group(desired=1)
    gone = stand.ids()[0]
    answer = stand.ec2.terminate_instances(InstanceIds=[gone])["TerminatingInstances"][0]
    assert answer["CurrentState"]["Name"] == "shutting-down"
    assert stand.machines.states[gone] == "terminated"
    stand.settle()
    assert gone not in stand.ids()
    assert stand.states() == ["InService"]


def test_an_instance_stopped_through_ec2_is_replaced(stand: Stand) -> None:
    """User Guide, "Health checks": any state but running is unhealthy."""
    stand.group(desired=1)
    stopped = stand.ids()[0]
    stand.ec2.stop_instances(InstanceIds=[stopped])
    stand.settle()
    assert stopped not in stand.ids()
    assert stand.machines.states[stopped] == "terminated"
    assert stand.states() == ["InService"]


def test_an_instance_can_be_terminated_and_replaced(stand: Stand) -> None:
    """API reference, TerminateInstanceInAutoScalingGroup."""
    stand.group(desired=2)
    gone = stand.ids()[0]
    activity = stand.scaling.terminate_instance_in_auto_scaling_group(
        InstanceId=gone, ShouldDecrementDesiredCapacity=False
    )["Activity"]
    assert (
        f"instance {gone} was taken out of service in response to a user request"
        in activity["Cause"]
    )
    stand.settle()
    assert gone not in stand.ids()
    assert len(stand.ids("InService")) == 2


def test_an_instance_can_be_terminated_without_a_replacement(stand: Stand) -> None:
    """API reference, TerminateInstanceInAutoScalingGroup.ShouldDecrementDesiredCapacity."""
    stand.group(desired=2)
    stand.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, MinSize=1)
    stand.scaling.terminate_instance_in_auto_scaling_group(
        InstanceId=stand.ids()[0], ShouldDecrementDesiredCapacity=True
    )
    stand.settle()
    assert len(stand.ids()) == 1
    with stand.refused("ValidationError", "will violate group's min size constraint"):
        stand.scaling.terminate_instance_in_auto_scaling_group(
            InstanceId=stand.ids()[0], ShouldDecrementDesiredCapacity=True
        )
