"""What an account holds beside its environments: quotas, subscriptions, certificates."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from scripts.adapters.aws.clients import Clients
from scripts.domain.facts import Facts
from scripts.domain.fleet_demand import Demand, Quota

QUOTAS = (
    ("Running On-Demand Standard instances, vCPUs", "ec2", "L-1216C47A"),
    ("EC2-VPC Elastic IPs", "ec2", "L-0263D0A3"),
    ("Application Load Balancers per Region", "elasticloadbalancing", "L-53DA6B97"),
)
"""Service Quotas: name, code of the service, code of the quota."""


@dataclass(frozen=True)
class Certificate:
    """A listener's certificate.

    Attributes:
        domain: that it is for.
        status: ACM's word, such as `ISSUED`.
        expires: ISO 8601; empty while it is not issued.
    """

    domain: str
    status: str
    expires: str


def quotas(clients: Clients, demands: list[Demand]) -> list[Quota]:
    """Return the quotas that the environments of an account need, each with what they need.

    Raises:
        botocore.exceptions.ClientError: they may not be read.
    """
    types = sorted({demand.instance_type for demand in demands})
    described = clients.ec2.describe_instance_types(InstanceTypes=types)["InstanceTypes"]  # type: ignore[arg-type]
    vcpus = {str(one["InstanceType"]): one["VCpuInfo"]["DefaultVCpus"] for one in described}
    needed = (
        sum(demand.rolling * vcpus[demand.instance_type] for demand in demands),
        sum(demand.nat_gateways for demand in demands),
        len(demands),
    )
    return [
        Quota(name, _quota(clients, service, code), count, service, code)
        for (name, service, code), count in zip(QUOTAS, needed, strict=True)
    ]


def _quota(clients: Clients, service: str, code: str) -> int:
    answer = clients.service_quotas.get_service_quota(ServiceCode=service, QuotaCode=code)
    return int(answer["Quota"]["Value"])


def subscriptions(clients: Clients, topic: str) -> dict[str, bool]:
    """Return who gets a topic's messages, and whether each has confirmed it.

    Args:
        clients: AWS.
        topic: the topic's name.

    Raises:
        botocore.exceptions.ClientError: there is no such topic, or it may not be read.
    """
    arn = f"arn:aws:sns:{clients.region}:{clients.account_id}:{topic}"
    pages = clients.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    return {
        one["Endpoint"]: one["SubscriptionArn"].startswith("arn:")
        for page in pages
        for one in page["Subscriptions"]
    }


def certificate(clients: Clients, facts: Facts) -> Certificate | None:
    """Return the certificate of an environment's HTTPS listener; None where it has none."""
    groups = clients.elbv2.describe_target_groups(TargetGroupArns=[facts.target_group_arn])
    balancers = groups["TargetGroups"][0]["LoadBalancerArns"]
    listeners = clients.elbv2.describe_listeners(LoadBalancerArn=balancers[0])["Listeners"]
    arns = [one["CertificateArn"] for each in listeners for one in each.get("Certificates", [])]
    if not arns:
        return None
    found = clients.acm.describe_certificate(CertificateArn=arns[0])["Certificate"]
    expires = found["NotAfter"].isoformat() if "NotAfter" in found else ""
    return Certificate(found["DomainName"], found["Status"], expires)


def retention_days(clients: Clients, log_group: str) -> int | None:
    """Return for how long logs are kept; None for ever, 0 where there is no such group."""
    found = clients.logs.describe_log_groups(logGroupNamePrefix=log_group)["logGroups"]
    group: Any = next((one for one in found if one["logGroupName"] == log_group), None)
    return group.get("retentionInDays") if group else 0


def identity_provider(clients: Clients, issuer: str) -> tuple[str, dict[str, str]] | None:
    """Return the ARN and the tags of the account's OIDC provider for an issuer; None without one.

    Args:
        clients: AWS.
        issuer: host of it, such as `token.actions.githubusercontent.com`.
    """
    listed = clients.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    arn = next((one["Arn"] for one in listed if one["Arn"].endswith(f"/{issuer}")), None)
    if arn is None:
        return None
    tags = clients.iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"]
    return arn, {tag["Key"]: tag["Value"] for tag in tags}


def denied(error: ClientError) -> bool:
    """Whether the caller may not do what it asked for."""
    return "AccessDenied" in error.response["Error"]["Code"] or _status(error) == 403


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
