"""What commands left in AWS, counted."""

from typing import Any

from tests.emulator.aws.stand import GROUP
from tests.scripts.emulated import Environment


def published(dev: Environment, version: str) -> int:
    """How many versions of the template carry a release."""
    pages = dev.stand.ec2.describe_launch_template_versions(LaunchTemplateName=GROUP)
    found = [one["LaunchTemplateData"] for one in pages["LaunchTemplateVersions"]]
    return sum({"Key": "Release", "Value": version} in tags(data) for data in found)


def tags(data: Any) -> list[Any]:
    """All tags that a template's data gives."""
    return [tag for one in data["TagSpecifications"] for tag in one["Tags"]]


def refreshes(dev: Environment) -> int:
    """How many refreshes the group has had."""
    answer = dev.stand.scaling.describe_instance_refreshes(AutoScalingGroupName=GROUP)
    return len(answer["InstanceRefreshes"])
