"""An image is built once for its content; its digest is the registry's."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from moto import mock_aws

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import Clients, connect
from scripts.base.errors import RefusedError, SlipwayError
from scripts.base.project import Project

PROJECT = Project("slipway", "eu-central-1", None, None)

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
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("FAILS", "nothing")
    with mock_aws():
        clients = connect(PROJECT)
        clients.ecr.create_repository(repositoryName=PROJECT.name)
        yield clients


def push(aws: Clients) -> None:
    aws.ecr.put_image(repositoryName=PROJECT.name, imageManifest=MANIFEST, imageTag="v")


def calls(tmp_path: Path) -> list[str]:
    return (tmp_path / "calls").read_text().splitlines()


def test_an_image_that_is_not_there_has_no_digest(aws):
    assert image.find_digest(aws, PROJECT, "v") is None
    assert not image.exists(aws, PROJECT, f"sha256:{'0' * 64}")


def test_the_digest_is_what_the_registry_reports(aws):
    push(aws)
    digest = image.find_digest(aws, PROJECT, "v")
    assert digest
    assert image.exists(aws, PROJECT, digest)
    assert len(digest) == len(f"sha256:{hashlib.sha256().hexdigest()}")


def test_without_a_registry_the_next_step_is_bootstrap(aws):
    with pytest.raises(RefusedError, match="registry does not exist") as caught:
        image.find_digest(aws, replace(PROJECT, name="other"), "v")
    assert "scripts bootstrap" in str(caught.value)


def test_it_is_built_for_the_platform_and_pushed_by_its_tag(aws, tmp_path, monkeypatch):
    monkeypatch.setattr(image, "_push", lambda *_: push(aws))
    assert image.make(aws, PROJECT, "v") == image.find_digest(aws, PROJECT, "v")
    build, login, *_ = calls(tmp_path)
    assert build.startswith("build --platform linux/amd64 --tag ")
    assert build.endswith("/slipway:v .")
    assert "--password-stdin" in login


def test_no_index_with_a_provenance_of_dockers_own_is_pushed(aws, tmp_path, monkeypatch):
    """actions/runner-images#13474: unless told not to, Docker 29 does."""
    docker = tmp_path / "docker"
    docker.write_text(DOCKER.replace('echo "$@"', 'echo "$@ $BUILDX_NO_DEFAULT_ATTESTATIONS"', 1))
    push(aws)
    image.make(aws, PROJECT, "v")
    assert calls(tmp_path)[0].startswith("build ")
    assert calls(tmp_path)[0].endswith(" 1")


def test_a_broken_build_shows_dockers_own_words_and_pushes_nothing(aws, tmp_path, monkeypatch):
    monkeypatch.setenv("FAILS", "build")
    with pytest.raises(SlipwayError, match="docker build failed") as caught:
        image.make(aws, PROJECT, "v")
    assert "it is broken" in str(caught.value)
    assert len(calls(tmp_path)) == 1


def test_a_push_that_somebody_else_has_won_is_no_failure(aws, monkeypatch):
    monkeypatch.setenv("FAILS", "push")
    push(aws)
    assert image.make(aws, PROJECT, "v")


def test_a_push_that_fails_is_one(aws, monkeypatch):
    monkeypatch.setenv("FAILS", "push")
    with pytest.raises(SlipwayError, match="docker push failed"):
        image.make(aws, PROJECT, "v")


def test_a_push_that_left_nothing_is_noticed(aws):
    with pytest.raises(SlipwayError, match="does not hold the image"):
        image.make(aws, PROJECT, "v")


def test_without_docker_it_says_so(aws, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RefusedError, match="docker is not installed"):
        image.make(aws, PROJECT, "v")
