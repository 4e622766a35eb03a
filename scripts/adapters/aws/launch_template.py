"""Publishing a version of the launch template that differs in the release alone.

The new version is made from an existing one (`SourceVersion`) with only the user data and the tag
specifications given: what DescribeLaunchTemplateVersions answers cannot be sent back as it is
(`MetadataOptions.State` and others are refused in a request), and a given list replaces the
source's, so the tags are given completely.
"""

import base64
import re
from typing import TYPE_CHECKING, Any

from scripts.base import place
from scripts.base.errors import SlipwayError
from scripts.domain.observed_state import NO_RELEASE

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client


def with_release(user_data: str, version: str, digest: str) -> str:
    """Return user data with the two lines of the release replaced, and nothing else.

    Args:
        user_data: of the source version.
        version: of the release, or "none".
        digest: of its image, or "none".

    Raises:
        SlipwayError: a line is missing or stands there twice.
    """
    for name, value in (("RELEASE_VERSION", version), ("IMAGE_DIGEST", digest)):
        line = re.compile(rf"^{name}='[^']*'$", re.MULTILINE)
        found = len(line.findall(user_data))
        if found != 1:
            raise SlipwayError(
                "the template's user data is not the one of this repository",
                which=f"{name}='…' stands in {found} lines, 1 expected",
                next_step=_again(),
            )
        shown = "" if value == NO_RELEASE else value
        user_data = line.sub(f"{name}='{shown}'", user_data)
    return user_data


def with_release_tags(specifications: list[Any], version: str, digest: str) -> list[Any]:
    """Return complete tag specifications with the two tags of the release replaced.

    Raises:
        SlipwayError: the template does not tag its instances with them.
    """
    given = {"Release": version, "Digest": digest}
    changed = [
        {
            "ResourceType": specification["ResourceType"],
            "Tags": [
                {"Key": tag["Key"], "Value": given.get(tag["Key"], tag["Value"])}
                if specification["ResourceType"] == "instance"
                else tag
                for tag in specification["Tags"]
            ],
        }
        for specification in specifications
    ]
    keys = {tag["Key"] for s in changed if s["ResourceType"] == "instance" for tag in s["Tags"]}
    if missing := sorted(given.keys() - keys):
        raise SlipwayError(
            "the template does not say which release its instances are",
            which=f"missing instance tags: {', '.join(missing)}",
            next_step=_again(),
        )
    return changed


def _again() -> str:
    return f"Apply the infrastructure again. What differs: {place.command('plan', place.SOME)}"


def publish(ec2: "EC2Client", template: str, source: int, version: str, digest: str) -> int:
    """Create a version of the template that carries a release, and return its number.

    Args:
        ec2: the client.
        template: the template's name.
        source: number of the version to start from.
        version: of the release, or "none".
        digest: of its image, or "none".

    Raises:
        SlipwayError: the source is not one of this repository's.
    """
    described = ec2.describe_launch_template_versions(
        LaunchTemplateName=template, Versions=[str(source)]
    )
    data = described["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    user_data = base64.b64decode(data.get("UserData", "")).decode()
    edited = with_release(user_data, version, digest)
    answer = ec2.create_launch_template_version(
        LaunchTemplateName=template,
        SourceVersion=str(source),
        LaunchTemplateData={
            "UserData": base64.b64encode(edited.encode()).decode(),
            "TagSpecifications": with_release_tags(
                list(data.get("TagSpecifications", [])), version, digest
            ),
        },
    )
    return answer["LaunchTemplateVersion"]["VersionNumber"]
