"""Load balancers and target health."""

import pytest

from emulator.interfaces import TargetGroup
from tests.emulator.aws.stand import Stand


def _served(stand: Stand) -> TargetGroup:
    return stand.balancers.groups[stand.target_group]


def test_a_load_balancer_answers_on_a_port_of_this_machine(stand: Stand) -> None:
    stand.network()
    made = stand.balancer()
    assert made["DNSName"] == "127.0.0.1:18080"
    found = stand.elb.describe_load_balancers()["LoadBalancers"][0]
    assert found["DNSName"] == "127.0.0.1:18080"


def test_the_balancer_is_told_what_terraform_set(stand: Stand) -> None:
    stand.network()
    stand.balancer()
    stand.elb.modify_target_group_attributes(
        TargetGroupArn=stand.target_group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "10"}],
    )
    stand.tick()
    group = _served(stand)
    assert group.deregistration_delay_seconds == 10
    assert group.health_check.path == "/health"
    assert group.health_check.interval_seconds == 5
    assert group.health_check.timeout_seconds == 3


def test_the_balancer_is_told_the_port_of_each_machine(stand: Stand) -> None:
    stand.group(desired=2)
    assert _served(stand).targets == {id_: stand.machines.port(id_) for id_ in stand.ids()}


def test_target_health_is_what_the_balancer_saw(stand: Stand) -> None:
    """API reference, DescribeTargetHealth."""
    stand.group(desired=1)
    id_ = stand.ids()[0]
    assert stand.targets() == {id_: "healthy"}
    stand.balancers.states[id_] = "unhealthy"
    assert stand.targets() == {id_: "unhealthy"}


def test_a_draining_target_is_listed_until_it_has_drained(stand: Stand) -> None:
    """API reference, TargetHealth: draining, Target.DeregistrationInProgress."""
    stand.group(desired=1)
    id_ = stand.ids()[0]
    stand.balancers.drains = True
    stand.desire(0)
    stand.tick(times=2)
    assert stand.targets() == {id_: "draining"}
    stand.balancers.draining.clear()
    assert stand.targets() == {}


def test_a_target_that_was_never_registered_is_unused(stand: Stand) -> None:
    """API reference, TargetHealth: Target.NotRegistered."""
    stand.group()
    asked = stand.elb.describe_target_health(
        TargetGroupArn=stand.target_group, Targets=[{"Id": "i-00000000000000000"}]
    )["TargetHealthDescriptions"]
    assert asked[0]["TargetHealth"]["State"] == "unused"
    assert asked[0]["TargetHealth"]["Reason"] == "Target.NotRegistered"


def test_a_target_that_is_no_machine_gets_no_requests(stand: Stand) -> None:
    stand.group(desired=1)
    stand.elb.register_targets(
        TargetGroupArn=stand.target_group, Targets=[{"Id": "i-00000000000000000"}]
    )
    stand.tick()
    assert list(_served(stand).targets) == stand.ids()


def test_a_load_balancer_whose_port_is_not_to_be_had_was_never_made(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.network()

    def taken(arn: str) -> int:
        raise OSError("port 18080 is taken")

    monkeypatch.setattr(stand.balancers, "listen", taken)
    with pytest.raises(OSError, match="taken"):
        stand.balancer()
    assert stand.elb.describe_load_balancers()["LoadBalancers"] == []


def test_a_deleted_load_balancer_stops_listening(stand: Stand) -> None:
    stand.network()
    arn = stand.balancer()["LoadBalancerArn"]
    stand.elb.delete_load_balancer(LoadBalancerArn=arn)
    assert stand.balancers.listening == []
