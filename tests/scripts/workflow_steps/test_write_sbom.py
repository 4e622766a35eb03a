"""What the SBOM of an image names, and what it leaves to the base image's digest."""

import json

import pytest
from cyclonedx.model.component import Component
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts.base.errors import UsageError
from scripts.base.project import ROOT
from scripts.workflow_steps import write_sbom

DIGEST = f"sha256:{'a' * 64}"
DOCKERFILE = f"""\
# syntax=docker/dockerfile:1
FROM python:3.11.2-slim@{DIGEST} AS base
FROM base
"""
LOCK = """\
click==8.5.1 \\
    --hash=sha256:00
    # via flask
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:00
    # via click
uvloop==1.0 ; platform_machine == 'x86_64' and python_full_version < '3.11.3' \\
    --hash=sha256:00
"""


def named(packages: list[Component]) -> list[str]:
    return [f"{one.name} {one.version}" for one in packages]


def test_packages_are_those_that_pip_installs_on_the_images_platform():
    assert named(write_sbom.python_packages(LOCK, "3.11.2")) == ["click 8.5.1", "uvloop 1.0"]
    assert named(write_sbom.python_packages(LOCK, "3.11.4")) == ["click 8.5.1"]
    assert named(write_sbom.python_packages(LOCK, "3.11.2", "linux/arm64")) == ["click 8.5.1"]


def test_the_images_own_files_can_be_read():
    _, python = write_sbom.base_image((ROOT / "Dockerfile").read_text())
    packages = write_sbom.python_packages((ROOT / write_sbom.LOCK).read_text(), python)
    assert {"boto3", "flask", "gunicorn"} <= {one.name for one in packages}


def test_the_base_image_is_named_by_its_digest():
    base, python = write_sbom.base_image(DOCKERFILE)
    assert str(base.purl) == f"pkg:docker/python@{DIGEST}"
    assert python == "3.11.2"


def test_a_base_without_a_digest_is_refused():
    with pytest.raises(UsageError, match="base image"):
        write_sbom.base_image("FROM python:3.11.2-slim\n")


def test_the_document_is_valid_and_says_that_the_image_holds_all_of_it():
    base, _ = write_sbom.base_image(DOCKERFILE)
    packages = write_sbom.python_packages(LOCK, "3.11.4")
    text = write_sbom.document(Component(name="image", bom_ref="image"), base, packages)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    [holds] = [one for one in json.loads(text)["dependencies"] if one["ref"] == "image"]
    assert holds["dependsOn"] == [f"pkg:docker/python@{DIGEST}", "pkg:pypi/click@8.5.1"]
