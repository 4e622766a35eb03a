"""How a group launches instances: template, place, lifecycle hook, target group."""

import base64

import pytest

from emulator.aws import quotas
from emulator.aws.groups import launching
from tests.emulator.aws.stand import GROUP, Stand


def test_an_instance_waits_at_the_launch_hook_until_it_is_completed(stand: Stand) -> None:
    """User Guide, "How lifecycle hooks work in Auto Scaling groups"."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=5)
    assert stand.states() == ["Pending:Wait"]
    stand.complete(stand.ids()[0])
    stand.tick(times=3)
    assert stand.states() == ["InService"]


def test_without_a_hook_an_instance_goes_into_service_by_itself(stand: Stand) -> None:
    """User Guide, "Amazon EC2 Auto Scaling instance lifecycle"."""
    stand.group(desired=1)
    assert stand.states() == ["InService"]


def test_an_abandoned_launch_is_terminated_and_launched_again(stand: Stand) -> None:
    """User Guide, "How lifecycle hooks work": ABANDON terminates; the group launches another."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=3)
    first = stand.ids()[0]
    stand.complete(first, "ABANDON")
    stand.tick(times=3)
    assert stand.machines.states[first] == "terminated"
    assert stand.states() == ["Pending:Wait"]
    assert stand.ids() != [first]


def test_an_abandoned_launch_is_a_cancelled_activity_that_names_its_token(stand: Stand) -> None:
    """User Guide, "Troubleshoot lifecycle hooks"; the sentence as CodeDeploy's guide quotes it."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=3)
    first = stand.ids()[0]
    stand.complete(first, "ABANDON")
    stand.tick(times=3)
    launch = next(
        a
        for a in stand.activities()
        if a["Description"].startswith("Launching") and first in a["Description"]
    )
    assert launch["StatusCode"] == "Cancelled"
    assert (
        "was abandoned: Lifecycle Action Completed with ABANDON Result" in launch["StatusMessage"]
    )


def test_a_hook_that_is_never_completed_times_out_into_its_default_result(stand: Stand) -> None:
    """API reference, LifecycleHook.HeartbeatTimeout and DefaultResult."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=3)
    first = stand.ids()[0]
    stand.tick(299)
    assert stand.ids() == [first]
    stand.tick(1)
    stand.tick(times=2)
    assert first not in stand.ids()
    assert any("Heartbeat Timeout" in a.get("StatusMessage", "") for a in stand.activities())


def test_a_heartbeat_starts_the_timeout_again(stand: Stand) -> None:
    """API reference, RecordLifecycleActionHeartbeat."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=3)
    first = stand.ids()[0]
    stand.tick(200)
    stand.scaling.record_lifecycle_action_heartbeat(
        AutoScalingGroupName=GROUP, LifecycleHookName="boot", InstanceId=first
    )
    stand.tick(200)
    assert stand.ids() == [first]


def test_completing_a_hook_that_does_not_wait_is_refused(stand: Stand) -> None:
    """AWS's sentence, as user data scripts meet it."""
    stand.group(desired=1)
    with stand.refused("ValidationError", "No active Lifecycle Action found with instance ID"):
        stand.complete(stand.ids()[0])


def test_instances_are_spread_over_the_groups_zones(stand: Stand) -> None:
    """User Guide, "Distribute instances across Availability Zones"."""
    stand.group(desired=4)
    zones = [instance["AvailabilityZone"] for instance in stand.instances()]
    assert sorted(zones) == ["eu-central-1a"] * 2 + ["eu-central-1b"] * 2
    reservations = stand.ec2.describe_instances(InstanceIds=stand.ids())["Reservations"]
    for found in (i for r in reservations for i in r["Instances"]):
        letter = found["Placement"]["AvailabilityZone"][-1]
        assert found["SubnetId"] == stand.subnets["ab".index(letter)]
        assert found["PrivateIpAddress"].startswith(f"10.0.{'ab'.index(letter)}.")


def test_a_machine_gets_the_templates_user_data_byte_for_byte(stand: Stand) -> None:
    stand.group()
    version = stand.publish("#!/bin/bash\necho 'ä'\n\n")
    stand.point(version)
    stand.desire(1)
    stand.settle()
    spec = stand.machines.specs[stand.ids()[0]]
    assert spec.user_data == "#!/bin/bash\necho 'ä'\n\n".encode()


def test_an_instance_reports_the_template_version_that_it_was_launched_from(stand: Stand) -> None:
    stand.group(desired=1)
    stand.point(stand.publish("two"))
    stand.desire(2)
    stand.settle()
    listed = stand.scaling.describe_auto_scaling_instances()["AutoScalingInstances"]
    assert sorted(i["LaunchTemplate"]["Version"] for i in listed) == ["1", "2"]


def test_an_instance_carries_the_tags_of_its_template_and_of_its_group(stand: Stand) -> None:
    """API reference, LaunchTemplateTagSpecification and Tag.PropagateAtLaunch."""
    tags = [{"Key": "Team", "Value": "one", "PropagateAtLaunch": True}]
    stand.group(desired=1, Tags=tags)
    spec = stand.machines.specs[stand.ids()[0]]
    assert spec.tags["Release"] == "#!/bin/bash\n"
    assert spec.tags["Team"] == "one"
    assert spec.tags["aws:autoscaling:groupName"] == GROUP
    assert spec.tags["aws:ec2launchtemplate:version"] == "1"


def test_a_machine_is_told_the_role_of_its_instance_profile(stand: Stand) -> None:
    stand.group()
    iam = stand.client("iam")
    iam.create_role(RoleName="instance", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="instance")
    iam.add_role_to_instance_profile(InstanceProfileName="instance", RoleName="instance")
    made = stand.ec2.create_launch_template_version(
        LaunchTemplateId=stand.template,
        SourceVersion="1",
        LaunchTemplateData={"IamInstanceProfile": {"Name": "instance"}},
    )
    stand.point(made["LaunchTemplateVersion"]["VersionNumber"])
    stand.desire(1)
    stand.settle()
    assert stand.machines.specs[stand.ids()[0]].role_name == "instance"
    found = stand.ec2.describe_instances(InstanceIds=stand.ids())["Reservations"][0]["Instances"][0]
    assert found["IamInstanceProfile"]["Arn"].endswith(":instance-profile/instance")


def test_an_instance_is_registered_with_the_target_group_before_it_is_in_service(
    stand: Stand,
) -> None:
    """User Guide, "Use Elastic Load Balancing": registered while Pending:Proceed."""
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=2)
    assert stand.targets() == {}
    stand.complete(stand.ids()[0])
    seen = []
    for _ in range(5):
        stand.tick()
        seen.append((stand.states()[0], len(stand.targets())))
    assert ("Pending:Proceed", 1) in seen
    assert ("InService", 0) not in seen


def test_an_instance_that_never_runs_is_replaced(stand: Stand) -> None:
    """User Guide, "Health checks": an instance that is not running is unhealthy at once."""
    stand.machines.starts = "terminated"
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=3)
    assert len(stand.machines.specs) > 1
    failed = [a for a in stand.activities() if a["StatusCode"] == "Failed"]
    assert failed[0]["StatusMessage"].startswith("Instance became unhealthy while waiting")


def test_a_launch_that_ec2_refuses_is_a_failed_activity_and_tried_again_later(
    stand: Stand,
) -> None:
    """User Guide, "Troubleshoot Amazon EC2 Auto Scaling": the status message is EC2's own."""
    stand.group()
    data = {"SecurityGroupIds": ["sg-00000000000000000"]}
    made = stand.ec2.create_launch_template_version(
        LaunchTemplateId=stand.template, SourceVersion="1", LaunchTemplateData=data
    )
    stand.point(made["LaunchTemplateVersion"]["VersionNumber"])
    stand.desire(1)
    stand.tick(times=5)
    failed = stand.activities()
    assert [a["StatusCode"] for a in failed] == ["Failed"]
    assert "sg-00000000000000000" in failed[0]["StatusMessage"]
    stand.tick(launching.RETRY_SECONDS)
    assert len(stand.activities()) == 2


def test_a_launch_beyond_the_vcpus_of_the_account_fails_in_words_without_a_code(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The StatusMessage in kubernetes/kops#15778, the Description in kubernetes/autoscaler#1263."""
    monkeypatch.setitem(quotas.DEFAULTS, quotas.STANDARD, 5.0)
    stand.group(desired=2)
    assert stand.states() == ["InService"] * 2
    stand.desire(3)
    stand.tick(times=2)
    failed = stand.activities()[0]
    words = (
        "You have requested more vCPU capacity than your current vCPU limit of 5 allows for the "
        "instance bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit. "
        "Launching EC2 instance failed."
    )
    assert failed["StatusCode"] == "Failed"
    assert failed["StatusMessage"] == words
    assert failed["Description"] == f"Launching a new EC2 instance.  Status Reason: {words}"
    assert len(stand.ids()) == 2
    monkeypatch.setitem(quotas.DEFAULTS, quotas.STANDARD, 6.0)
    stand.settle()
    assert stand.states() == ["InService"] * 3


def test_cores_and_threads_of_an_instance_are_told(stand: Stand) -> None:
    """API reference, CpuOptions of Instance."""
    stand.group(desired=1)
    described = stand.ec2.describe_instances(InstanceIds=stand.ids())["Reservations"][0]
    assert described["Instances"][0]["CpuOptions"] == {"CoreCount": 1, "ThreadsPerCore": 2}


def test_a_machine_that_cannot_be_had_is_a_failed_activity(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.group()

    def full(spec: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(stand.machines, "launch", full)
        stand.desire(1)
        stand.tick(times=2)
    assert stand.activities()[0]["StatusCode"] == "Failed"
    assert "no space left" in stand.activities()[0]["StatusMessage"]
    stand.tick(launching.RETRY_SECONDS)
    stand.settle()
    assert stand.states() == ["InService"]


def test_the_console_of_a_machine_is_read_through_ec2(stand: Stand) -> None:
    """API reference, GetConsoleOutput."""
    stand.group(desired=1)
    stand.machines.console[stand.ids()[0]] = b"kernel\n" * 9 + b"boot: line 7 failed\n"
    answer = stand.ec2.get_console_output(InstanceId=stand.ids()[0])
    assert "kernel" in answer["Output"]
    assert "failed" not in answer["Output"], "it was kept shortly after the start"
    answer = stand.ec2.get_console_output(InstanceId=stand.ids()[0], Latest=True)
    assert answer["Output"].endswith("boot: line 7 failed\n")


def test_the_latest_console_output_is_refused_for_older_types(stand: Stand) -> None:
    """API reference, GetConsoleOutput: Latest is for instances on the Nitro system."""
    stand.group()
    made = stand.ec2.create_launch_template_version(
        LaunchTemplateId=stand.template,
        SourceVersion="1",
        LaunchTemplateData={"InstanceType": "t2.micro"},
    )
    stand.point(made["LaunchTemplateVersion"]["VersionNumber"])
    stand.desire(1)
    stand.settle()
    with stand.refused("UnsupportedOperation"):
        stand.ec2.get_console_output(InstanceId=stand.ids()[0], Latest=True)


def test_while_launch_is_suspended_nothing_is_launched(stand: Stand) -> None:
    """User Guide, "Suspend and resume Amazon EC2 Auto Scaling processes"."""
    stand.group()
    stand.suspend("Launch")
    stand.desire(1)
    stand.tick(times=3)
    assert stand.ids() == []
    stand.resume("Launch")
    stand.tick(times=3)
    assert len(stand.ids()) == 1


def test_while_add_to_load_balancer_is_suspended_nothing_is_registered(stand: Stand) -> None:
    """User Guide, "Suspend and resume Amazon EC2 Auto Scaling processes"."""
    stand.group()
    stand.suspend("AddToLoadBalancer")
    stand.desire(1)
    stand.settle()
    assert stand.states() == ["InService"]
    assert stand.targets() == {}


def test_the_engine_tells_the_lifecycle_state_of_an_instance(stand: Stand) -> None:
    stand.group(hook=True)
    stand.desire(1)
    stand.tick(times=2)
    assert stand.engine.lifecycle_state(stand.ids()[0]) == "Pending:Wait"
    assert stand.engine.lifecycle_state("i-00000000000000000") is None


def test_user_data_of_the_template_is_what_describe_answers(stand: Stand) -> None:
    stand.group()
    found = stand.ec2.describe_launch_template_versions(
        LaunchTemplateId=stand.template, Versions=["1"]
    )["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    assert base64.b64decode(found["UserData"]) == b"#!/bin/bash\ntrue\n"
