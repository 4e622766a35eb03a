"""The part of a launch template that is the release, which a preview leaves out.

A release changes two lines of the user data and two tags of the instances, without Terraform. A
plan that is made while one is under way shows the difference; it says nothing about the spec.
"""

import base64
import binascii
import re
from typing import Any

TEMPLATE = "aws_launch_template"
LINES = re.compile(rb"^(RELEASE_VERSION|IMAGE_DIGEST)='[^'\n]*'$", re.MULTILINE)
TAGS = ("Release", "Digest")
COMPUTED = ("latest_version",)
"""What AWS counts up with each version: it changes because something else does."""


def without(template: dict[str, Any]) -> dict[str, Any]:
    """Return a launch template's values without the release; the given ones stay as they are."""
    values = {name: value for name, value in template.items() if name not in COMPUTED}
    if isinstance(encoded := values.get("user_data"), str):
        values["user_data"] = _without_lines(encoded)
    if isinstance(listed := values.get("tag_specifications"), list):
        values["tag_specifications"] = [_without_tags(one) for one in listed]
    return values


def without_computed(unknown: dict[str, Any]) -> dict[str, Any]:
    """Return Terraform's marks of unknown values without those that every version changes."""
    return {name: mark for name, mark in unknown.items() if name not in COMPUTED}


def _without_lines(encoded: str) -> str:
    try:
        text = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return encoded
    masked, lines = LINES.subn(rb"\1=", text)
    # Any other number of them is not a template of ours: then the difference counts.
    return base64.b64encode(masked).decode() if lines == len(TAGS) else encoded


def _without_tags(specification: Any) -> Any:
    tags = specification.get("tags") if isinstance(specification, dict) else None
    if not isinstance(tags, dict) or specification.get("resource_type") != "instance":
        return specification
    kept = {name: value for name, value in tags.items() if name not in TAGS}
    return {**specification, "tags": kept}
