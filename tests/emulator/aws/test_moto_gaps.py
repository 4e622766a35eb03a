"""What plain moto lacks; each test says what AWS does, and fails.

One that passes after an update of moto turns red (xfail is strict): its repair in `emulator/aws`
can go then, and its line in docs/traps.md.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from moto import mock_aws

from emulator.aws import Clock, Engine
from emulator.aws.failures import ErrorLog
from tests.emulator.aws import visits
from tests.emulator.aws.fakes import FakeBalancers, FakeClock, FakeMachines
from tests.emulator.aws.stand import GROUP, REGION, Stand, load_amis, replace_a_nat_gateway

pytestmark = pytest.mark.xfail(
    strict=True,
    reason="a gap of moto that emulator/aws fills",
    raises=(
        AssertionError,
        AttributeError,
        ClientError,
        NotImplementedError,
        ResponseParserError,
        pytest.fail.Exception,
    ),
)


@pytest.fixture
def plain(tmp_path: Path, aws_environment: None) -> Iterator[Stand]:
    """Plain moto: the engine of this stand is not installed."""
    machines, balancers, log = FakeMachines(), FakeBalancers(), tmp_path / "errors.log"
    engine = Engine(machines, balancers, Clock(), ErrorLog(log))
    with mock_aws():
        yield Stand(machines, balancers, FakeClock(), engine, log)


def test_a_launch_hook_holds_an_instance(plain: Stand) -> None:
    plain.group(hook=True)
    plain.desire(1)
    assert plain.states() == ["Pending:Wait"]


def test_a_lifecycle_action_can_be_completed(plain: Stand) -> None:
    plain.group(hook=True)
    plain.desire(1)
    plain.complete(plain.ids()[0])


def test_a_lifecycle_action_takes_heartbeats(plain: Stand) -> None:
    plain.group(hook=True)
    plain.desire(1)
    plain.scaling.record_lifecycle_action_heartbeat(
        AutoScalingGroupName=GROUP, LifecycleHookName="boot", InstanceId=plain.ids()[0]
    )


def test_a_hook_without_a_notification_target_has_none(plain: Stand) -> None:
    plain.group(hook=True)
    hook = plain.scaling.describe_lifecycle_hooks(AutoScalingGroupName=GROUP)["LifecycleHooks"][0]
    assert "NotificationTargetARN" not in hook


def test_a_suspended_process_says_since_when(plain: Stand) -> None:
    plain.group()
    plain.suspend("InstanceRefresh")
    reason = plain.described()["SuspendedProcesses"][0]["SuspensionReason"]
    assert reason.startswith("User suspended at ")


def test_instances_are_spread_over_the_zones(plain: Stand) -> None:
    plain.group()
    plain.desire(2)
    reservations = plain.ec2.describe_instances(InstanceIds=plain.ids())["Reservations"]
    found = [instance["SubnetId"] for r in reservations for instance in r["Instances"]]
    assert sorted(found) == sorted(plain.subnets)


def test_an_instance_reports_the_version_it_was_launched_from(plain: Stand) -> None:
    _launch_version_two(plain)
    assert plain.versions() == ["2"]


def test_an_instance_runs_the_groups_numbered_version(plain: Stand) -> None:
    _launch_version_two(plain)
    reservations = plain.ec2.describe_instances(InstanceIds=plain.ids())["Reservations"]
    tags = {tag["Key"]: tag["Value"] for tag in reservations[0]["Instances"][0]["Tags"]}
    assert tags["aws:ec2launchtemplate:version"] == "2"


def _launch_version_two(plain: Stand) -> None:
    plain.group()
    plain.ec2.create_launch_template_version(
        LaunchTemplateId=plain.template,
        LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"},
    )
    plain.point(2)
    plain.desire(1)


def test_scaling_activities_are_told(plain: Stand) -> None:
    plain.group()
    plain.desire(1)
    assert plain.activities()


def test_an_instance_refresh_can_be_started(plain: Stand) -> None:
    plain.group()
    plain.refresh(1)


def test_instance_refreshes_are_described(plain: Stand) -> None:
    plain.group()
    plain.scaling.describe_instance_refreshes(AutoScalingGroupName=GROUP)


def test_an_instance_refresh_can_be_cancelled(plain: Stand) -> None:
    plain.group()
    with plain.refused("ActiveInstanceRefreshNotFound"):
        plain.scaling.cancel_instance_refresh(AutoScalingGroupName=GROUP)


def test_an_instance_refresh_can_be_rolled_back(plain: Stand) -> None:
    plain.group()
    with plain.refused("ActiveInstanceRefreshNotFound"):
        plain.roll_back()


def test_the_default_instance_warm_up_is_answered(plain: Stand) -> None:
    plain.group()
    assert plain.described().get("DefaultInstanceWarmup") == 30


def test_the_instance_maintenance_policy_is_answered(plain: Stand) -> None:
    policy = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 150}
    plain.group(InstanceMaintenancePolicy=policy)
    assert plain.described().get("InstanceMaintenancePolicy") == policy


def test_termination_policies_can_be_changed(plain: Stand) -> None:
    plain.group()
    plain.scaling.update_auto_scaling_group(
        AutoScalingGroupName=GROUP, TerminationPolicies=["OldestInstance"]
    )
    assert plain.described()["TerminationPolicies"] == ["OldestInstance"]


def test_a_group_with_instances_is_not_deleted_without_force(plain: Stand) -> None:
    plain.group()
    plain.desire(1)
    with plain.refused("ResourceInUse"):
        plain.scaling.delete_auto_scaling_group(AutoScalingGroupName=GROUP)


def test_a_desired_capacity_above_the_maximum_is_refused(plain: Stand) -> None:
    plain.group()
    with plain.refused("ValidationError"):
        plain.desire(99)


def test_a_target_tracking_policy_is_enabled(plain: Stand) -> None:
    assert _tracking(plain).get("Enabled") is True


def test_a_target_tracking_policy_predicts_nothing(plain: Stand) -> None:
    assert "PredictiveScalingConfiguration" not in _tracking(plain)


def _tracking(plain: Stand) -> Any:
    plain.group()
    metric = {"PredefinedMetricType": "ASGAverageCPUUtilization"}
    plain.scaling.put_scaling_policy(
        AutoScalingGroupName=GROUP,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={"PredefinedMetricSpecification": metric, "TargetValue": 50.0},
    )
    return plain.scaling.describe_policies(AutoScalingGroupName=GROUP)["ScalingPolicies"][0]


def test_the_console_shows_what_the_instance_said(plain: Stand) -> None:
    plain.group()
    plain.desire(1)
    assert (
        "Linux version 2.6.16"
        not in plain.ec2.get_console_output(InstanceId=plain.ids()[0])["Output"]
    )


def test_an_image_of_amazon_was_made_on_the_day_of_its_release(plain: Stand) -> None:
    load_amis()
    names = [{"Name": "name", "Values": ["al2023-ami-2023.*"]}]
    [one, *_] = plain.ec2.describe_images(Owners=["amazon"], Filters=names)["Images"]
    assert one["CreationDate"][:10].replace("-", "") == one["Name"].split(".")[2]


def test_a_target_that_nobody_checked_is_not_healthy(plain: Stand) -> None:
    plain.group()
    plain.desire(1)
    assert set(plain.targets().values()) == {"initial"}


def test_a_deregistered_target_drains(plain: Stand) -> None:
    plain.group()
    plain.desire(1)
    target = {"Id": plain.ids()[0]}
    plain.elb.deregister_targets(TargetGroupArn=plain.target_group, Targets=[target])
    assert set(plain.targets().values()) == {"draining"}


def test_a_templates_own_tags_can_be_changed(plain: Stand) -> None:
    plain.launch_template("one")
    plain.ec2.create_tags(Resources=[plain.template], Tags=[{"Key": "Template", "Value": "new"}])
    template = plain.ec2.describe_launch_templates()["LaunchTemplates"][0]
    assert {"Key": "Template", "Value": "new"} in template["Tags"]


def test_a_templates_own_tags_stay_out_of_its_instances_tags(plain: Stand) -> None:
    tags = [{"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "b"}]}]
    plain.ec2.create_launch_template(
        LaunchTemplateName=GROUP,
        LaunchTemplateData={"InstanceType": "t3.micro"},
        TagSpecifications=tags,
    )
    found = plain.ec2.describe_launch_template_versions(LaunchTemplateName=GROUP)
    assert "TagSpecifications" not in found["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def test_a_template_version_takes_the_rest_from_its_source(plain: Stand) -> None:
    plain.launch_template()
    plain.ec2.create_launch_template_version(
        LaunchTemplateId=plain.template,
        SourceVersion="1",
        LaunchTemplateData={"InstanceType": "t3.micro"},
    )
    found = plain.ec2.describe_launch_template_versions(
        LaunchTemplateId=plain.template, Versions=["2"]
    )
    assert "ImageId" in found["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def test_user_data_above_16_kb_is_refused(plain: Stand) -> None:
    with plain.refused("InvalidParameterValue"):
        plain.launch_template("x" * 16385)


def test_more_than_15_template_versions_are_listed(plain: Stand) -> None:
    plain.launch_template()
    for _ in range(15):
        plain.publish("more")
    found = plain.ec2.describe_launch_template_versions(LaunchTemplateId=plain.template)
    assert len(found["LaunchTemplateVersions"]) == 16


def test_a_new_template_version_of_other_user_data_can_be_launched(plain: Stand) -> None:
    plain.group()
    plain.ec2.modify_launch_template(
        LaunchTemplateId=plain.template, DefaultVersion=str(plain.publish("two"))
    )
    named = {"LaunchTemplateId": plain.template, "Version": "$Default"}
    plain.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, LaunchTemplate=named)
    plain.desire(1)


def test_a_lost_answer_about_a_new_template_can_be_asked_for_again(plain: Stand) -> None:
    call = {"LaunchTemplateName": "twice", "LaunchTemplateData": {"InstanceType": "t3.micro"}}
    for _ in range(2):
        plain.ec2.create_launch_template(ClientToken="a", **call)


def test_a_query_does_not_sort_the_whole_table(
    plain: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits.write(200)
    assert visits.comparisons(monkeypatch, Limit=2) < 10


def test_an_ipv6_subnet_is_associated(plain: Stand) -> None:
    vpc = plain.ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
    made = plain.ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.0.0/24", Ipv6CidrBlock=block)
    state = made["Subnet"]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"]["State"]
    assert state == "associated"


def test_a_terminated_instance_gives_its_address_back(plain: Stand) -> None:
    plain.group()
    free = plain.free_addresses()
    plain.desire(1)
    assert plain.free_addresses() == free - 1
    plain.desire(0)
    assert plain.free_addresses() == free


@pytest.mark.parametrize("peer", ["UserIdGroupPairs", "PrefixListIds"])
def test_a_rule_keeps_its_description(plain: Stand, peer: str) -> None:
    plain.network()
    id_ = plain.ec2.create_security_group(GroupName="w", Description="d", VpcId=plain.vpc)[
        "GroupId"
    ]
    listed = plain.ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    other = {"GroupId": id_} if peer == "UserIdGroupPairs" else {"PrefixListId": listed}
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    permission[peer] = [{**other, "Description": "why"}]
    plain.ec2.authorize_security_group_egress(GroupId=id_, IpPermissions=[permission])
    filters = [{"Name": "group-id", "Values": [id_]}]
    rules = plain.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    assert "why" in [rule.get("Description") for rule in rules]


def test_a_marker_of_deletion_is_deleted_where_versioning_was_suspended(plain: Stand) -> None:
    s3: Any = plain.client("s3")
    s3.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="state", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="state", Key="k", Body=b"")
    s3.delete_object(Bucket="state", Key="k")
    found = s3.list_object_versions(Bucket="state")
    s3.put_bucket_versioning(Bucket="state", VersioningConfiguration={"Status": "Suspended"})
    for one in [*found["Versions"], *found["DeleteMarkers"]]:
        s3.delete_object(Bucket="state", Key="k", VersionId=one["VersionId"])


def test_a_protected_load_balancer_stays(plain: Stand) -> None:
    plain.group(hook=True)
    elb: Any = plain.client("elbv2")
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    protected = {"Key": "deletion_protection.enabled", "Value": "true"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protected])
    with plain.refused("OperationNotPermitted"):
        elb.delete_load_balancer(LoadBalancerArn=arn)


def test_quotas_of_instances_can_be_asked_for(plain: Stand) -> None:
    quotas: Any = plain.client("service-quotas")
    quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-1216C47A")


def test_a_refusal_whose_condition_does_not_hold_refuses_nothing(plain: Stand) -> None:
    s3 = plain.client("s3")
    s3.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": REGION})
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::state/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket="state", Policy=json.dumps(policy))
    s3.put_object(Bucket="state", Key="k", Body=b"")


def test_an_image_digest_is_the_hash_of_its_manifest(plain: Stand) -> None:
    ecr = plain.client("ecr")
    ecr.create_repository(repositoryName="slipway")
    images = [_put(ecr, word) for word in ("one", "two")]
    assert len({image["imageId"]["imageDigest"] for image in images}) == 2


def test_an_immutable_tag_is_refused_in_ecrs_words(plain: Stand) -> None:
    ecr = plain.client("ecr")
    ecr.create_repository(repositoryName="slipway", imageTagMutability="IMMUTABLE")
    _put(ecr, "one", "a")
    with plain.refused("ImageTagAlreadyExistsException"):
        _put(ecr, "two", "a")


def _put(ecr: Any, word: str, tag: str | None = None) -> Any:
    media_type = "application/vnd.oci.image.manifest.v1+json"
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "layers": [],
        "annotations": {"w": word},
    }
    more = {} if tag is None else {"imageTag": tag}
    return ecr.put_image(repositoryName="slipway", imageManifest=json.dumps(manifest), **more)[
        "image"
    ]


def test_a_failure_inside_is_not_retried_in_silence(
    plain: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with plain.server() as address:
        client = boto3.client("autoscaling", region_name=REGION, endpoint_url=address)
        with plain.refused("EmulatorInternalFailure"):
            client.get_predictive_scaling_forecast(
                AutoScalingGroupName=GROUP,
                PolicyName="p",
                StartTime="2030-01-01",
                EndTime="2030-01-02",
            )


def test_a_deleted_nat_gateway_gives_its_address_back(plain: Stand) -> None:
    replace_a_nat_gateway(plain)


def test_a_role_may_do_what_its_policies_let_it(plain: Stand) -> None:
    plain.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")
    arn = "arn:aws:iam::123456789012:role/worker"
    keys = plain.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    sqs = boto3.client(
        "sqs",
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    with plain.refused("AccessDenied"):
        sqs.create_queue(QueueName="q")
