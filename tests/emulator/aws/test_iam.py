"""A role may do on the emulator what its policies and its boundary let it, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.aws.stand import REGION, Stand

ACCOUNT = "123456789012"
TRUST = {"Version": "2012-10-17", "Statement": []}
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/mine"


class Account:
    """An account at an address, its administrator, and a role whose policies a test writes."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.iam = self.client("iam")
        self.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST))
        arn = f"arn:aws:iam::{ACCOUNT}:role/worker"
        sts = self.client("sts")
        self.keys = sts.assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]

    def client(self, service: str, **keys: str) -> Any:
        given = keys or {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x"}
        return boto3.client(  # type: ignore[call-overload]
            service, region_name=REGION, endpoint_url=self.address, **given
        )

    def worker(self, service: str) -> Any:
        return self.client(
            service,
            aws_access_key_id=self.keys["AccessKeyId"],
            aws_secret_access_key=self.keys["SecretAccessKey"],
            aws_session_token=self.keys["SessionToken"],
        )

    def allow(self, *statements: dict[str, Any]) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=document)

    def bound(self, *actions: str) -> None:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        made = self.iam.create_policy(
            PolicyName="boundary",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        arn = made["Policy"]["Arn"]
        self.iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=arn)


def allowed(
    actions: Any, resource: str = "*", effect: str = "Allow", **more: Any
) -> dict[str, Any]:
    return {"Effect": effect, "Action": actions, "Resource": resource, **more}


@pytest.fixture
def account(stand: Stand) -> Iterator[Account]:
    with stand.server() as address:
        yield Account(address)


CALLS: dict[str, tuple[str, dict[str, Any], str]] = {
    "sqs:CreateQueue": ("create_queue", {"QueueName": "q"}, "AccessDenied"),
    "ec2:DescribeVpcs": ("describe_vpcs", {}, "UnauthorizedOperation"),
    "dynamodb:ListTables": ("list_tables", {}, "AccessDeniedException"),
    "iam:ListRoles": ("list_roles", {}, "AccessDenied"),
    "autoscaling:DescribeAutoScalingGroups": ("describe_auto_scaling_groups", {}, "AccessDenied"),
    "cloudwatch:DescribeAlarms": ("describe_alarms", {}, "AccessDenied"),
    "s3:PutObject": ("put_object", {"Bucket": "bucket", "Key": "k", "Body": b""}, "AccessDenied"),
    "logs:DescribeLogGroups": ("describe_log_groups", {}, "AccessDeniedException"),
}


@pytest.mark.parametrize("action", CALLS)
def test_what_no_policy_allows_is_refused_in_aws_words_and_what_one_allows_passes(
    account: Account, action: str
) -> None:
    method, given, code = CALLS[action]
    client = account.worker(action.partition(":")[0])
    with pytest.raises(ClientError) as refused:
        getattr(client, method)(**given)
    error = refused.value.response["Error"]
    assert error["Code"].startswith(code)
    assert f"assumed-role/worker/session is not authorized to perform: {action}" in error["Message"]
    assert f"no identity-based policy allows the {action} action" in error["Message"]
    account.allow(allowed(action))
    account.client("s3").create_bucket(
        Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    getattr(client, method)(**given)


def test_a_resource_counts_where_the_request_names_it(account: Account) -> None:
    account.allow(allowed("dynamodb:DescribeTable", TABLE))
    client = account.worker("dynamodb")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_table(TableName="mine")
    with pytest.raises(ClientError, match="table/other"):
        client.describe_table(TableName="other")


def test_an_image_may_be_anothers_where_the_call_says_so(account: Account) -> None:
    theirs = f"arn:aws:ecr:{REGION}:444455556666:repository/shared"
    account.allow(allowed("ecr:DescribeImages", theirs))
    ecr = account.worker("ecr")
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        ecr.describe_images(repositoryName="shared", registryId="444455556666")
    with pytest.raises(ClientError, match="not authorized"):
        ecr.describe_images(repositoryName="shared")


def test_a_boundary_and_a_refusal_win_over_what_is_allowed(account: Account) -> None:
    account.allow(allowed(["dynamodb:*", "sns:*"]), allowed("sns:ListTopics", effect="Deny"))
    sns = account.worker("sns")
    with pytest.raises(ClientError, match="explicit deny"):
        sns.list_topics()
    sns.list_subscriptions()
    account.bound("dynamodb:*")
    with pytest.raises(ClientError, match="no permissions boundary allows"):
        sns.list_subscriptions()
    account.worker("dynamodb").list_tables()


def test_a_condition_counts_where_its_key_is_known(account: Account) -> None:
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "us-west-2"}}
    account.allow(allowed("sns:ListTopics", Condition=elsewhere))
    with pytest.raises(ClientError, match="not authorized"):
        account.worker("sns").list_topics()
    unknown = {"StringEquals": {"aws:ResourceTag/Project": "x"}}
    account.allow(allowed("sns:ListTopics", Condition=unknown))
    account.worker("sns").list_topics()


def test_everybody_may_ask_who_they_are(account: Account) -> None:
    assert "worker" in account.worker("sts").get_caller_identity()["Arn"]


def test_the_keys_of_a_role_that_is_gone_open_nothing(account: Account) -> None:
    account.allow(allowed("sns:*"))
    account.worker("sns").list_topics()
    account.iam.delete_role_policy(RoleName="worker", PolicyName="own")
    account.iam.delete_role(RoleName="worker")
    with pytest.raises(ClientError, match="not authorized"):
        account.worker("sns").list_topics()


def test_keys_of_an_administrator_are_not_judged(account: Account) -> None:
    account.client("sqs").create_queue(QueueName="q")
