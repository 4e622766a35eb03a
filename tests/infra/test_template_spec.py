"""The launch template is written from its spec, so that the hash of one speaks for the other."""

import re

from scripts.base.project import ROOT

SERVICE = ROOT / "infra" / "modules" / "service"
ARGUMENT = re.compile(r"^\s+(\w+)\s+= (.+)$", re.MULTILINE)
# Each with the reason why it may stay outside the hash.
OUTSIDE_THE_SHAPE = {
    "name": "the template's own name, part of the spec as a setting of the script",
    "user_data": "the spec's settings and script, with the release's two lines",
    "delete_on_termination": "without it nothing would ever delete the disk",
    "resource_type": "names what the tags are for",
}


def template() -> str:
    """Return the launch template's arguments that say what an instance is made of."""
    text = (SERVICE / "ec2.tf").read_text()
    block = re.search(r'^resource "aws_launch_template" "this" \{\n(.*?)^\}', text, re.M | re.S)
    assert block
    return block.group(1).split("\n  # A rollback publishes", maxsplit=1)[0]


def test_every_argument_of_the_template_comes_from_the_shape() -> None:
    arguments = ARGUMENT.findall(template())
    assert len(arguments) > 15
    strangers = [
        f"{name} = {value}"
        for name, value in arguments
        if "local.spec." not in value
        and "local.instance_tags" not in value
        and name not in OUTSIDE_THE_SHAPE
    ]
    assert strangers == []


def test_every_attribute_of_the_shape_is_used() -> None:
    text = (SERVICE / "ec2.tf").read_text()
    spec = re.search(r"^  spec = \{\n(.*?)^  \}", text, re.M | re.S)
    assert spec
    attributes = re.findall(r"^    (\w+)\s+=", spec.group(1), re.MULTILINE)
    rendered = (SERVICE / "user_data.tf").read_text()
    assert len(attributes) >= 10
    for attribute in attributes:
        used = f"local.spec.{attribute}" in template() or f"local.{attribute}}}" in rendered
        assert used or f"    Name     = local.spec.{attribute}" in text, attribute


def test_the_script_stays_small_enough_for_its_settings() -> None:
    # EC2 takes 16,384 bytes of user data; settings and tags of a long name need about 1,000.
    assert (SERVICE / "user_data.sh").stat().st_size < 15_000
