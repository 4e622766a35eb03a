"""Publishing changes the two lines and the two tags of a release, and nothing else."""

import base64

import pytest
from moto import mock_aws

from scripts.adapters.aws import launch_template
from scripts.adapters.aws.clients import Clients
from scripts.base.errors import SlipwayError

USER_DATA = """#!/bin/bash
RELEASE_VERSION='old'
IMAGE_DIGEST='sha256:old'
REGION='eu-central-1'
echo "$RELEASE_VERSION"
"""
TAGS = [
    {
        "ResourceType": "instance",
        "Tags": [
            {"Key": "Name", "Value": "slipway-dev"},
            {"Key": "Release", "Value": "old"},
            {"Key": "Digest", "Value": "sha256:old"},
            {"Key": "Template", "Value": "0123456789ab"},
        ],
    },
    {"ResourceType": "volume", "Tags": [{"Key": "Release", "Value": "kept"}]},
]


def test_only_the_two_lines_change():
    edited = launch_template.with_release(USER_DATA, "new", "sha256:new")
    assert edited == USER_DATA.replace("'old'", "'new'").replace("sha256:old", "sha256:new")


def test_no_release_is_two_empty_lines():
    edited = launch_template.with_release(USER_DATA, "none", "none")
    assert "RELEASE_VERSION=''\nIMAGE_DIGEST=''\n" in edited


@pytest.mark.parametrize(
    "text",
    [
        USER_DATA.replace("IMAGE_DIGEST='sha256:old'\n", ""),
        USER_DATA + "RELEASE_VERSION='twice'\n",
        USER_DATA.replace("RELEASE_VERSION='old'", "RELEASE_VERSION=old"),
        USER_DATA.replace("RELEASE_VERSION='old'", " RELEASE_VERSION='old'"),
        "",
    ],
)
def test_user_data_that_is_not_ours_is_refused(text):
    with pytest.raises(SlipwayError, match="not the one of this repository"):
        launch_template.with_release(text, "new", "sha256:new")


def test_only_the_instances_two_tags_change():
    edited = launch_template.with_release_tags(TAGS, "new", "sha256:new")
    assert edited[1] == TAGS[1]
    assert {tag["Key"]: tag["Value"] for tag in edited[0]["Tags"]} == {
        "Name": "slipway-dev",
        "Release": "new",
        "Digest": "sha256:new",
        "Template": "0123456789ab",
    }


def test_a_template_without_the_tags_is_refused():
    with pytest.raises(SlipwayError, match="which release"):
        launch_template.with_release_tags([TAGS[1]], "new", "sha256:new")


@mock_aws
def test_a_published_version_is_made_from_its_source():
    clients = Clients("eu-central-1")
    ec2 = clients.ec2
    ec2.create_launch_template(
        LaunchTemplateName="slipway-dev",
        LaunchTemplateData={
            "InstanceType": "t3.micro",
            "UserData": base64.b64encode(USER_DATA.encode()).decode(),
            "TagSpecifications": TAGS,  # type: ignore[typeddict-item]
        },
    )
    asked = []
    ec2.meta.events.register(
        "before-parameter-build.ec2.CreateLaunchTemplateVersion",
        lambda params, **_: asked.append(dict(params)),
    )

    made = launch_template.publish(clients, "slipway-dev", 1, "new", "sha256:new")

    assert made.number == 2
    assert (made.release, made.configuration.digest) == ("new", "sha256:new")
    assert list(clients.template_versions.values()) == [made]
    assert asked[0]["SourceVersion"] == "1"
    # Sending back what Describe answers is refused by AWS.
    assert set(asked[0]["LaunchTemplateData"]) == {"UserData", "TagSpecifications"}
    sent = base64.b64decode(asked[0]["LaunchTemplateData"]["UserData"]).decode()
    assert sent == launch_template.with_release(USER_DATA, "new", "sha256:new")
