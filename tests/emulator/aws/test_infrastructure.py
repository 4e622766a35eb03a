"""Attributes that Terraform reads back: each of them would be a difference on every plan."""

import json
from typing import Any

from tests.emulator.aws.stand import GROUP, Stand, load_amis, replace_a_nat_gateway

AMI = "al2023-ami-2099.1.20990101.0-kernel-6.1-x86_64"


def _images(stand: Stand, name: str) -> list[Any]:
    filters = [{"Name": "name", "Values": [name]}]
    return list(stand.ec2.describe_images(Owners=["amazon"], Filters=filters)["Images"])


def test_amazon_linux_exists_under_any_exact_name_and_keeps_its_id(stand: Stand) -> None:
    first, second = _images(stand, AMI), _images(stand, AMI)
    assert [image["Name"] for image in first] == [AMI]
    assert first[0]["ImageId"] == second[0]["ImageId"]
    assert first[0]["RootDeviceName"] == "/dev/xvda"
    assert stand.ec2.describe_images(ImageIds=[first[0]["ImageId"]])["Images"]


def test_amazon_linux_was_made_on_the_day_of_its_release(stand: Stand) -> None:
    """Those that moto brings along, and those that are asked for."""
    load_amis()
    assert _images(stand, AMI)[0]["CreationDate"] == "2099-01-01T00:00:00.000Z"
    dated = {
        image["Name"]: image["CreationDate"][:10].replace("-", "")
        for image in _images(stand, "al2023-ami-*")
    }
    assert len(dated) >= 3
    assert [name for name, day in dated.items() if f".{day}" not in name] == []


def test_no_other_image_is_made_up(stand: Stand) -> None:
    assert _images(stand, "ubuntu-2099") == []
    assert _images(stand, "al2023-ami-*") == []


def test_a_policy_that_asks_for_tls_does_not_lock_the_emulator_out(stand: Stand) -> None:
    s3 = stand.client("s3")
    s3.create_bucket(
        Bucket="state", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::state", "arn:aws:s3:::state/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket="state", Policy=json.dumps(policy))
    s3.put_object(Bucket="state", Key="terraform.tfstate", Body=b"{}")
    assert s3.get_object(Bucket="state", Key="terraform.tfstate")["Body"].read() == b"{}"
    assert json.loads(s3.get_bucket_policy(Bucket="state")["Policy"]) == policy


def test_any_other_refusal_of_a_buckets_policy_holds(stand: Stand) -> None:
    s3 = stand.client("s3")
    s3.create_bucket(
        Bucket="state", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::state/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket="state", Policy=json.dumps(policy))
    with stand.refused("403"):
        s3.put_object(Bucket="state", Key="terraform.tfstate", Body=b"{}")


def test_an_ipv6_subnet_is_associated(stand: Stand) -> None:
    vpc = stand.ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
    stand.ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.0.0/24", Ipv6CidrBlock=block)
    found = stand.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])
    sets = [subnet["Ipv6CidrBlockAssociationSet"] for subnet in found["Subnets"]]
    assert [[a["Ipv6CidrBlockState"]["State"] for a in each] for each in sets] == [["associated"]]


def test_a_rule_for_another_group_keeps_its_description(stand: Stand) -> None:
    stand.network()
    made = stand.ec2.create_security_group(GroupName="web", Description="d", VpcId=stand.vpc)
    pair = {"GroupId": made["GroupId"], "Description": "from the balancer"}
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [pair]}
    stand.ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[permission])
    assert "from the balancer" in _descriptions(stand, made["GroupId"])


def test_a_rule_for_a_prefix_list_keeps_its_description(stand: Stand) -> None:
    stand.network()
    made = stand.ec2.create_security_group(GroupName="web", Description="d", VpcId=stand.vpc)
    lists = stand.ec2.describe_managed_prefix_lists()["PrefixLists"]
    entry = {"PrefixListId": lists[0]["PrefixListId"], "Description": "to the table"}
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [entry]}
    stand.ec2.authorize_security_group_egress(GroupId=made["GroupId"], IpPermissions=[permission])
    assert "to the table" in _descriptions(stand, made["GroupId"])


def _descriptions(stand: Stand, group_id: str) -> list[str]:
    filters = [{"Name": "group-id", "Values": [group_id]}]
    rules = stand.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    return [rule.get("Description", "") for rule in rules]


def test_a_scaling_policy_is_enabled_and_predicts_nothing(stand: Stand) -> None:
    stand.group()
    metric = {"PredefinedMetricType": "ASGAverageCPUUtilization"}
    stand.scaling.put_scaling_policy(
        AutoScalingGroupName=GROUP,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": metric,
            "TargetValue": 50.0,
        },
    )
    policy = stand.scaling.describe_policies(AutoScalingGroupName=GROUP)["ScalingPolicies"][0]
    assert policy["Enabled"] is True
    assert "PredictiveScalingConfiguration" not in policy


def test_a_hook_without_a_notification_target_has_none(stand: Stand) -> None:
    stand.group(hook=True)
    hook = stand.scaling.describe_lifecycle_hooks(AutoScalingGroupName=GROUP)["LifecycleHooks"][0]
    assert "NotificationTargetARN" not in hook
    assert "RoleARN" not in hook
    assert hook["GlobalTimeout"] == 30000


def test_a_deleted_nat_gateway_gives_its_address_back(stand: Stand) -> None:
    replace_a_nat_gateway(stand)
