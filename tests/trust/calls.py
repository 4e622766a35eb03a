"""What IAM is asked when the scripts call AWS: an API operation as actions on resources.

Source: the Service Authorization Reference (actions, resource types and condition keys of each
service). An operation that is not listed here has no answer, and the test that meets it is red.
"""

from typing import Any

from emulator.aws.iam.forwarded import LAUNCH, SAME, SERVICE_ROLE, Check, forwarded
from emulator.aws.iam.permissions import Call

REGION, ACCOUNT = "eu-central-1", "123456789012"

FREE = {("sts", "GetCallerIdentity")}
"""IAM lets everybody ask who they are."""

WITHOUT_RESOURCES = {
    ("autoscaling", "DescribeAutoScalingGroups"),
    ("autoscaling", "DescribeInstanceRefreshes"),
    ("autoscaling", "DescribeScalingActivities"),
    ("cloudwatch", "DescribeAlarms"),
    ("ec2", "DescribeImages"),
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeInstanceTypes"),
    ("ec2", "DescribeLaunchTemplates"),
    ("ec2", "DescribeLaunchTemplateVersions"),
    ("elasticloadbalancing", "DescribeListeners"),
    ("elasticloadbalancing", "DescribeTargetGroups"),
    ("elasticloadbalancing", "DescribeTargetHealth"),
    ("logs", "DescribeLogGroups"),
    ("servicequotas", "GetServiceQuota"),
}


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def tagged(environment: str) -> dict[str, str]:
    """The tags that the provider of an environment puts on everything it makes."""
    return {"aws:ResourceTag/Project": "slipway", "aws:ResourceTag/Environment": environment}


IAM = f"arn:aws:iam::{ACCOUNT}"


def checked(check: Check, environment: str, same: str = "*") -> list[Call]:
    """What a service asks IAM about its caller, for resources of an environment.

    Args:
        check: of `emulator.aws.iam.forwarded`.
        environment: whose resources the request names.
        same: ARN of what the call itself is about.
    """
    name = f"slipway-{environment}-instance"
    tags, profile = tagged(environment), {"ec2:InstanceProfile": f"{IAM}:instance-profile/{name}"}
    service = check.context.get("iam:AWSServiceName", "")
    known: dict[str, tuple[str, dict[str, str]]] = {
        SAME: (same, {}),
        SERVICE_ROLE: (f"{IAM}:role/aws-service-role/{service}/AWSServiceRoleForIt", {}),
        "role": (f"{IAM}:role/{name}", {}),
        "image": (f"arn:aws:ec2:{REGION}::image/ami-1", {"ec2:Owner": "amazon"}),
        "instance": (arn("ec2", "instance/*"), profile),
        "volume": (arn("ec2", "volume/*"), {}),
        "network-interface": (arn("ec2", "network-interface/*"), {}),
        "launch-template": (arn("ec2", "launch-template/lt-1"), tags),
        "security-group": (arn("ec2", "security-group/sg-1"), tags),
        "subnet": (arn("ec2", "subnet/subnet-1"), tags),
    }
    if not check.kinds:
        return [Call(check.action, "*", check.context)]
    return [
        Call(check.action, resource, {**context, **check.context})
        for kind in check.kinds
        for resource, context in [known[kind]]
    ]


def launch(environment: str) -> list[Call]:
    """What is checked of whoever names a launch template: that they could launch from it."""
    return [call for check in LAUNCH for call in checked(check, environment)]


def calls(service: str, operation: str, given: dict[str, Any], environment: str) -> list[Call]:
    """Return what IAM is asked about one call of an API; all of it has to be allowed.

    What the service checks of its caller besides is part of it.

    Args:
        service: as it signs: `elasticloadbalancing`, not `elbv2`.
        operation: of the API.
        given: its parameters.
        environment: whose tags the resources carry.

    Raises:
        KeyError: the operation is not listed.
    """
    if (service, operation) in FREE:
        return []
    action = f"{service}:{operation}"
    own = _own(service, operation, given, environment)
    others = [
        call
        for check in forwarded(action, given)
        for call in checked(check, environment, own[0].resource)
    ]
    return own + others


def _own(service: str, operation: str, given: dict[str, Any], environment: str) -> list[Call]:
    action = f"{service}:{operation}"
    if (service, operation) in WITHOUT_RESOURCES:
        return [Call(action)]
    if service == "autoscaling":
        return _of_group(action, given)
    if service == "logs":
        return [Call(action, arn("logs", f"log-group:{given['logGroupName']}:log-stream:x"))]
    if service == "sns":
        return [Call(action, str(given["TopicArn"]))]
    if service == "acm":
        return [Call(action, str(given["CertificateArn"]))]
    if service == "ecr":
        return [Call(action, arn("ecr", f"repository/{given['repositoryName']}"))]
    if service == "s3":
        key = f"/{given['Key']}" if "Key" in given else ""
        return [Call(action, f"arn:aws:s3:::{given['Bucket']}{key}", _of_object(given))]
    return {
        "ec2:CreateLaunchTemplateVersion": [
            Call(action, arn("ec2", "launch-template/lt-1"), tagged(environment))
        ],
        "ec2:GetConsoleOutput": [
            Call(
                action,
                arn("ec2", "instance/i-1"),
                {"aws:ResourceTag/aws:autoscaling:groupName": f"slipway-{environment}"},
            )
        ],
    }[action]


def _of_object(given: dict[str, Any]) -> dict[str, str]:
    conditions = {"s3:if-match": "IfMatch", "s3:if-none-match": "IfNoneMatch"}
    found = {key: str(given[name]) for key, name in conditions.items() if name in given}
    return {"aws:SecureTransport": "true", **found}


def _of_group(action: str, given: dict[str, Any]) -> list[Call]:
    name = str(given["AutoScalingGroupName"])
    group = arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")
    context = (
        {"autoscaling:VPCZoneIdentifiers": given["VPCZoneIdentifier"]}
        if "VPCZoneIdentifier" in given
        else {}
    )
    return [Call(action, group, context)]
