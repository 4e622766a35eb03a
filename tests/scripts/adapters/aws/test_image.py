"""An image is built once for its content; its digest is the registry's."""

import hashlib
import json
import os
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from scripts.adapters.aws import image
from scripts.base.errors import RefusedError, SlipwayError

MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "layers": [],
    }
)
DOCKER = """\
#!/bin/sh
echo "$@" >> "$CALLS"
[ "$1" = login ] && cat >> "$CALLS"
[ "$1" = "$FAILS" ] && { echo "it is broken"; exit 1; }
exit 0
"""


@pytest.fixture
def ecr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("FAILS", "nothing")
    with mock_aws():
        client = boto3.client("ecr", region_name="eu-central-1")
        client.create_repository(repositoryName="slipway")
        yield client


def push(ecr) -> None:
    ecr.put_image(repositoryName="slipway", imageManifest=MANIFEST, imageTag="v")


def calls(tmp_path: Path) -> list[str]:
    return (tmp_path / "calls").read_text().splitlines()


def test_an_image_that_is_not_there_has_no_digest(ecr):
    assert image.find_digest(ecr, "slipway", "v") is None
    assert not image.exists(ecr, "slipway", f"sha256:{'0' * 64}")


def test_the_digest_is_what_the_registry_reports(ecr):
    push(ecr)
    digest = image.find_digest(ecr, "slipway", "v")
    assert digest
    assert image.exists(ecr, "slipway", digest)
    assert len(digest) == len(f"sha256:{hashlib.sha256().hexdigest()}")


def test_without_a_registry_the_next_step_is_bootstrap(ecr):
    with pytest.raises(RefusedError, match="registry does not exist") as caught:
        image.find_digest(ecr, "other", "v")
    assert "scripts bootstrap" in str(caught.value)


def test_it_is_built_for_the_platform_and_pushed_by_its_tag(ecr, tmp_path, monkeypatch):
    monkeypatch.setattr(image, "_push", lambda *_: push(ecr))
    assert image.make(ecr, "slipway", "v") == image.find_digest(ecr, "slipway", "v")
    build, login, *_ = calls(tmp_path)
    assert build.startswith("build --platform linux/amd64 --tag ")
    assert build.endswith("/slipway:v .")
    assert "--password-stdin" in login


def test_a_broken_build_shows_dockers_own_words_and_pushes_nothing(ecr, tmp_path, monkeypatch):
    monkeypatch.setenv("FAILS", "build")
    with pytest.raises(SlipwayError, match="docker build failed") as caught:
        image.make(ecr, "slipway", "v")
    assert "it is broken" in str(caught.value)
    assert len(calls(tmp_path)) == 1


def test_a_push_that_somebody_else_has_won_is_no_failure(ecr, monkeypatch):
    monkeypatch.setenv("FAILS", "push")
    push(ecr)
    assert image.make(ecr, "slipway", "v")


def test_a_push_that_fails_is_one(ecr, monkeypatch):
    monkeypatch.setenv("FAILS", "push")
    with pytest.raises(SlipwayError, match="docker push failed"):
        image.make(ecr, "slipway", "v")


def test_a_push_that_left_nothing_is_noticed(ecr):
    with pytest.raises(SlipwayError, match="does not hold the image"):
        image.make(ecr, "slipway", "v")


def test_without_docker_it_says_so(ecr, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RefusedError, match="docker is not installed"):
        image.make(ecr, "slipway", "v")
