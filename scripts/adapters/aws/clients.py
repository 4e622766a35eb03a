"""Clients of AWS: where they come from, and whose account they act in."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.session import Session

from scripts.adapters.aws.contact import Contact
from scripts.base import place
from scripts.base.errors import RefusedError, SlipwayError, UnknownStateError
from scripts.base.project import Project
from scripts.domain.observed_state import TemplateVersion

if TYPE_CHECKING:
    from mypy_boto3_acm import ACMClient
    from mypy_boto3_autoscaling import AutoScalingClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_service_quotas import ServiceQuotasClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sts import STSClient

CONFIG = Config(
    # `Contact` asks again.
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=10,
)


class Clients:
    """One client per service, of one account and region, each made when it is first used.

    Reading a service's model costs up to a tenth of a second (EC2's), so a command pays for those
    that it calls. They come from botocore, because the import of boto3 costs that much again.

    Args:
        region: of every client.
        profile: of the AWS configuration whose credentials are used; None for the shell's.

    Attributes:
        region: as given.
        account_id: the account that answers, 12 digits; asked for at once.
        identity: the ARN of who asks.
        contact: what becomes of calls that AWS does not answer.
        template_versions: what was read of launch templates, by template id and number.
    """

    acm: "ACMClient"
    autoscaling: "AutoScalingClient"
    cloudwatch: "CloudWatchClient"
    dynamodb: "DynamoDBClient"
    ec2: "EC2Client"
    ecr: "ECRClient"
    elbv2: "ElasticLoadBalancingv2Client"
    iam: "IAMClient"
    logs: "CloudWatchLogsClient"
    s3: "S3Client"
    service_quotas: "ServiceQuotasClient"
    sns: "SNSClient"
    sts: "STSClient"

    def __init__(self, region: str, profile: str | None = None) -> None:
        self._session = Session(profile=profile)
        self.region = region
        self.contact = Contact()
        self.template_versions: dict[tuple[str, str], TemplateVersion] = {}
        caller = self.sts.get_caller_identity()
        self.account_id, self.identity = caller["Account"], caller["Arn"]

    def credentials(self) -> dict[str, str]:
        """Return the credentials as variables of the environment, for what is started beside."""
        found = self._session.get_credentials()
        if found is None:
            raise NoCredentialsError
        frozen = found.get_frozen_credentials()
        values = {
            "AWS_ACCESS_KEY_ID": frozen.access_key,
            "AWS_SECRET_ACCESS_KEY": frozen.secret_key,
            "AWS_SESSION_TOKEN": frozen.token,
            "AWS_REGION": self.region,
        }
        return {name: value for name, value in values.items() if value}

    def __getattr__(self, service: str) -> Any:
        """Make the client of a service that is listed above, and keep it."""
        if service not in Clients.__annotations__:
            raise AttributeError(service)
        name = service.replace("_", "-")
        client = self._session.create_client(name, region_name=self.region, config=CONFIG)
        self.contact.watch(client)
        setattr(self, service, client)
        return client


def connect(project: Project, environment: str | None = None) -> Clients:
    """Return clients for the project's region, after checking whose account answers.

    Args:
        project: the project.
        environment: whose account is meant; None for that of the images.

    Raises:
        RefusedError: the credentials belong to another account than project.json names.
        botocore.exceptions.BotoCoreError: no credentials, or no contact.
    """
    wanted = project.account_of(environment) if environment else project.registry_account_id
    return connect_to_any(project, (wanted,) if wanted else ())


def connect_to_any(project: Project, accounts: Collection[str]) -> Clients:
    """Return clients as `connect` does, of any of some accounts; of whichever where none is named.

    Raises:
        RefusedError: the credentials belong to another account.
        botocore.exceptions.BotoCoreError: no credentials, or no contact.
    """
    clients = Clients(project.region)
    if accounts and clients.account_id not in accounts:
        raise RefusedError(
            "these credentials belong to another AWS account",
            which=[
                f"project.json: {', '.join(accounts)}",
                f"credentials: {clients.account_id}",
            ],
            next_step="Choose the right profile or role, for example with AWS_PROFILE.",
        )
    return clients


WITHOUT_CREDENTIALS = (
    *(NoCredentialsError, PartialCredentialsError, ProfileNotFound, CredentialRetrievalError),
)
"""Failures before anything is sent."""


def lost_contact(error: BotoCoreError | ClientError, environment: str) -> SlipwayError:
    """Return what a failure between us and AWS means.

    Returns:
        What happened there is unknown, or nothing did: there are no credentials to ask with.
    """
    if isinstance(error, WITHOUT_CREDENTIALS):
        return RefusedError(
            "there are no credentials for AWS",
            which=str(error),
            next_step="Take some, for example with AWS_PROFILE.",
        )
    if isinstance(error, ClientError):
        what = f"AWS did not do {error.operation_name}"
    else:
        what = "AWS could not be reached"
    return UnknownStateError(
        what,
        which=str(error),
        next_step="Nothing was put back. Where it stands: " + place.command("status", environment),
    )
