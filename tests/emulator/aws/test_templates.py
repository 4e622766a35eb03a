"""Launch templates."""

import base64
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.emulator.aws.stand import GROUP, Stand


def _data(stand: Stand, version: str = "$Latest") -> Any:
    found = stand.ec2.describe_launch_template_versions(
        LaunchTemplateId=stand.template, Versions=[version]
    )
    return found["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def test_a_version_takes_from_its_source_what_is_not_given(stand: Stand) -> None:
    """API reference, CreateLaunchTemplateVersion.SourceVersion."""
    stand.launch_template("one")
    stand.ec2.create_launch_template_version(
        LaunchTemplateId=stand.template,
        SourceVersion="1",
        LaunchTemplateData={"UserData": base64.b64encode(b"two").decode()},
    )
    data = _data(stand)
    assert data["InstanceType"] == "t3.small"
    assert base64.b64decode(data["UserData"]) == b"two"
    assert data["TagSpecifications"][0]["Tags"] == [{"Key": "Release", "Value": "one"}]


def test_a_given_list_replaces_the_sources_list(stand: Stand) -> None:
    stand.launch_template("one")
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "disk"}]}]
    stand.ec2.create_launch_template_version(
        LaunchTemplateId=stand.template,
        SourceVersion="1",
        LaunchTemplateData={"TagSpecifications": tags},
    )
    assert _data(stand)["TagSpecifications"] == tags


def test_without_a_source_a_version_holds_only_what_is_given(stand: Stand) -> None:
    stand.launch_template("one")
    stand.ec2.create_launch_template_version(
        LaunchTemplateId=stand.template, LaunchTemplateData={"InstanceType": "t3.micro"}
    )
    assert _data(stand) == {"InstanceType": "t3.micro"}


def test_a_source_that_does_not_exist_is_refused(stand: Stand) -> None:
    stand.launch_template("one")
    with stand.refused("InvalidLaunchTemplateId.VersionNotFound"):
        stand.ec2.create_launch_template_version(
            LaunchTemplateId=stand.template, SourceVersion="9", LaunchTemplateData={}
        )


def test_user_data_above_16_kb_is_refused(stand: Stand) -> None:
    """API reference, RequestLaunchTemplateData.UserData: before base64."""
    stand.launch_template("x" * 16384)
    with stand.refused("InvalidParameterValue", "16384"):
        stand.publish("x" * 16385)


def test_user_data_that_is_not_base64_is_refused(stand: Stand) -> None:
    with stand.refused("InvalidUserData.Malformed"):
        stand.ec2.create_launch_template(
            LaunchTemplateName=GROUP, LaunchTemplateData={"UserData": "#!/bin/bash"}
        )


def test_the_templates_own_tags_are_not_those_of_its_instances(stand: Stand) -> None:
    """Terraform's default tags would be a difference for ever."""
    stand.template = stand.ec2.create_launch_template(
        LaunchTemplateName=GROUP,
        LaunchTemplateData={"InstanceType": "t3.micro"},
        TagSpecifications=[
            {"ResourceType": "launch-template", "Tags": [{"Key": "Template", "Value": "abc"}]}
        ],
    )["LaunchTemplate"]["LaunchTemplateId"]
    assert "TagSpecifications" not in _data(stand)
    template = stand.ec2.describe_launch_templates()["LaunchTemplates"][0]
    assert template["Tags"] == [{"Key": "Template", "Value": "abc"}]


def test_a_templates_own_tags_follow_what_create_tags_did(stand: Stand) -> None:
    """API reference, CreateTags: adds or overwrites the tags of any taggable resource."""
    stand.launch_template("one")
    stand.ec2.create_tags(Resources=[stand.template], Tags=[{"Key": "Template", "Value": "new"}])
    template = stand.ec2.describe_launch_templates()["LaunchTemplates"][0]
    assert {"Key": "Template", "Value": "new"} in template["Tags"]


def test_versions_are_listed_newest_first_and_in_pages(stand: Stand) -> None:
    """API reference, DescribeLaunchTemplateVersions: up to 200 a page."""
    stand.launch_template("one")
    for _ in range(20):
        stand.publish("more")
    found = stand.ec2.describe_launch_template_versions(LaunchTemplateId=stand.template)
    numbers = [version["VersionNumber"] for version in found["LaunchTemplateVersions"]]
    assert numbers == list(range(21, 0, -1))
    pages = stand.ec2.get_paginator("describe_launch_template_versions").paginate(
        LaunchTemplateId=stand.template, PaginationConfig={"PageSize": 6}
    )
    assert [v["VersionNumber"] for p in pages for v in p["LaunchTemplateVersions"]] == numbers


def test_a_parameter_that_describe_answers_but_create_does_not_know_is_refused(
    stand: Stand,
) -> None:
    """EC2's UnknownParameter: what Describe returned cannot be sent back as it is.

    botocore would refuse it before it is sent; other clients send it.
    """
    stand.launch_template("one")
    with pytest.raises(urllib.error.HTTPError) as caught, stand.server() as address:
        stand.post(
            address,
            "ec2",
            "2016-11-15",
            {
                "Action": "CreateLaunchTemplateVersion",
                "LaunchTemplateId": stand.template,
                "LaunchTemplateData.MetadataOptions.State": "applied",
            },
        )
    assert caught.value.code == 400
    assert b"<Code>UnknownParameter</Code>" in caught.value.read()


def test_a_request_that_is_sent_again_answers_the_template_that_it_made(stand: Stand) -> None:
    """API reference, "Ensuring idempotency in Amazon EC2 API requests"."""
    call = {"LaunchTemplateName": "twice", "LaunchTemplateData": {"InstanceType": "t3.micro"}}
    first = stand.ec2.create_launch_template(ClientToken="a", **call)["LaunchTemplate"]
    again = stand.ec2.create_launch_template(ClientToken="a", **call)["LaunchTemplate"]
    assert again["LaunchTemplateId"] == first["LaunchTemplateId"]
    assert again["LatestVersionNumber"] == 1
    with stand.refused("InvalidLaunchTemplateName.AlreadyExistsException"):
        stand.ec2.create_launch_template(ClientToken="b", **call)


def test_a_deleted_version_is_not_found_by_its_number(stand: Stand) -> None:
    """EC2 API reference, "Error codes" and DeleteLaunchTemplateVersions."""
    stand.launch_template()
    stand.publish("two")
    named = {"LaunchTemplateName": GROUP}
    answer = stand.ec2.delete_launch_template_versions(**named, Versions=["2"])
    [deleted] = answer["SuccessfullyDeletedLaunchTemplateVersions"]
    assert deleted["VersionNumber"] == 2
    with stand.refused("InvalidLaunchTemplateId.VersionNotFound"):
        stand.ec2.describe_launch_template_versions(**named, Versions=["2"])
    listed = stand.ec2.describe_launch_template_versions(**named)["LaunchTemplateVersions"]
    assert [one["VersionNumber"] for one in listed] == [1]
    assert stand.publish("three") == 3


def test_a_version_that_is_asked_for_again_is_made_once(stand: Stand) -> None:
    """API reference, "Ensuring idempotency"; botocore sends a token of its own with each call."""
    stand.launch_template()
    asked = {"LaunchTemplateId": stand.template, "LaunchTemplateData": stand.data("x")}
    made = [
        stand.ec2.create_launch_template_version(**asked, ClientToken=token)[
            "LaunchTemplateVersion"
        ]
        for token in ("one", "one", "two")
    ]
    assert [one["VersionNumber"] for one in made] == [2, 2, 3]
    assert made[0]["LaunchTemplateData"] == made[1]["LaunchTemplateData"]
