"""Clients of AWS: where they come from, and whose account they act in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scripts.base.errors import RefusedError, UnknownStateError
from scripts.base.project import Project

if TYPE_CHECKING:
    from mypy_boto3_autoscaling import AutoScalingClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 6},
    connect_timeout=5,
    read_timeout=30,
)


@dataclass(frozen=True)
class Clients:
    """One client per service, of one account and region."""

    autoscaling: "AutoScalingClient"
    cloudwatch: "CloudWatchClient"
    ec2: "EC2Client"
    ecr: "ECRClient"
    elbv2: "ElasticLoadBalancingv2Client"
    logs: "CloudWatchLogsClient"
    s3: "S3Client"
    ssm: "SSMClient"
    account_id: str


def connect(project: Project) -> Clients:
    """Return clients for the project's region, after checking whose account answers.

    Raises:
        RefusedError: the credentials belong to another account than project.json names.
        botocore.exceptions.BotoCoreError: no credentials, or no contact.
    """
    session = boto3.Session(region_name=project.region)
    account = session.client("sts", config=CONFIG).get_caller_identity()["Account"]
    if project.account_id not in (None, account):
        raise RefusedError(
            "these credentials belong to another AWS account",
            which=[f"project.json: {project.account_id}", f"credentials: {account}"],
            next_step="Choose the right profile or role, for example with AWS_PROFILE.",
        )
    return Clients(
        autoscaling=session.client("autoscaling", config=CONFIG),
        cloudwatch=session.client("cloudwatch", config=CONFIG),
        ec2=session.client("ec2", config=CONFIG),
        ecr=session.client("ecr", config=CONFIG),
        elbv2=session.client("elbv2", config=CONFIG),
        logs=session.client("logs", config=CONFIG),
        s3=session.client("s3", config=CONFIG),
        ssm=session.client("ssm", config=CONFIG),
        account_id=account,
    )


def lost_contact(error: BotoCoreError | ClientError, environment: str) -> UnknownStateError:
    """Return what a failure between us and AWS means: what happened there is unknown."""
    if isinstance(error, ClientError):
        what = f"AWS did not do {error.operation_name}"
    else:
        what = "AWS could not be reached"
    return UnknownStateError(
        what,
        which=str(error),
        next_step=f"Nothing was put back. Where it stands: make status ENV={environment}",
    )
