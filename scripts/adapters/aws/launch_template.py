"""Publishing a version of the launch template that differs in the release alone.

The new version is made from an existing one (`SourceVersion`) with only the user data and the tag
specifications given: what DescribeLaunchTemplateVersions answers cannot be sent back as it is
(`MetadataOptions.State` and others are refused in a request), and a given list replaces the
source's, so the tags are given completely.
"""

import base64
import re
from typing import Any

from scripts.adapters.aws import gone
from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.observe import template_version
from scripts.base import place
from scripts.base.errors import SlipwayError
from scripts.domain.observed_state import NO_RELEASE, TemplateVersion


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


def publish(
    clients: Clients, template: str, source: int, version: str, digest: str
) -> TemplateVersion:
    """Create a version of the template that carries a release, and return it.

    It is kept among the versions that are known: a read that follows may not show it yet (EC2 API
    reference, "Eventual consistency"), and a command that asked again would publish once more.

    Args:
        clients: AWS.
        template: the template's name.
        source: number of the version to start from.
        version: of the release, or "none".
        digest: of its image, or "none".

    Raises:
        SlipwayError: the source is not one of this repository's.
    """
    ec2 = clients.ec2
    described = gone.again(
        lambda: ec2.describe_launch_template_versions(
            LaunchTemplateName=template, Versions=[str(source)]
        )
    )
    data = described["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    user_data = base64.b64decode(data.get("UserData", "")).decode()
    edited = with_release(user_data, version, digest)
    specifications = with_release_tags(list(data.get("TagSpecifications", [])), version, digest)
    answer = ec2.create_launch_template_version(
        LaunchTemplateName=template,
        SourceVersion=str(source),
        LaunchTemplateData={
            "UserData": base64.b64encode(edited.encode()).decode(),
            "TagSpecifications": specifications,
        },
    )
    made = answer["LaunchTemplateVersion"]
    published = template_version(
        {
            "VersionNumber": made["VersionNumber"],
            "LaunchTemplateData": {"TagSpecifications": specifications},
        }
    )
    clients.template_versions[made["LaunchTemplateId"], str(published.number)] = published
    return published
