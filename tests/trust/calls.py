"""What IAM is asked when the scripts call AWS: an API operation as actions on resources.

Source: the Service Authorization Reference (actions, resource types and condition keys of each
service). An operation that is not listed here has no answer, and the test that meets it is red.
"""

from typing import Any

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


def launch(name: str, environment: str) -> list[Call]:
    """What Auto Scaling checks of the caller who names a launch template: that it could launch."""
    run, own = "ec2:RunInstances", tagged(environment)
    profile = {"ec2:InstanceProfile": f"arn:aws:iam::{ACCOUNT}:instance-profile/{name}-instance"}
    by_launch = {"ec2:CreateAction": "RunInstances"}
    return [
        Call(run, f"arn:aws:ec2:{REGION}::image/ami-1", {"ec2:Owner": "amazon"}),
        *(
            Call(run, arn("ec2", f"{kind}/x-1"), own)
            for kind in ("subnet", "security-group", "launch-template")
        ),
        Call(run, arn("ec2", "instance/*"), profile),
        Call(run, arn("ec2", "volume/*")),
        Call(run, arn("ec2", "network-interface/*")),
        *(Call("ec2:CreateTags", arn("ec2", f"{kind}/*"), by_launch) for kind in _TAGGED),
        Call(
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/{name}-instance",
            {"iam:PassedToService": "ec2.amazonaws.com"},
        ),
    ]


_TAGGED = ("instance", "volume")


def calls(service: str, operation: str, given: dict[str, Any], environment: str) -> list[Call]:
    """Return what IAM is asked about one call of an API; all of it has to be allowed.

    Args:
        service: as it signs: `elasticloadbalancing`, not `elbv2`.
        operation: of the API.
        given: its parameters.
        environment: whose tags the resources carry.

    Raises:
        KeyError: the operation is not listed.
    """
    action = f"{service}:{operation}"
    if (service, operation) in FREE:
        return []
    if (service, operation) in WITHOUT_RESOURCES:
        return [Call(action)]
    if service == "autoscaling":
        return _of_group(action, given, environment)
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


def _of_group(action: str, given: dict[str, Any], environment: str) -> list[Call]:
    name = str(given["AutoScalingGroupName"])
    group = arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")
    context = (
        {"autoscaling:VPCZoneIdentifiers": given["VPCZoneIdentifier"]}
        if "VPCZoneIdentifier" in given
        else {}
    )
    found = [Call(action, group, context)]
    names_template = "LaunchTemplate" in given or "DesiredConfiguration" in given
    return found + (launch(name, environment) if names_template else [])
