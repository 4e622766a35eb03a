"""The image of a release: in the registry already, or built and pushed."""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scripts.adapters.aws.clients import Clients
from scripts.base import place
from scripts.base.console import say, step
from scripts.base.errors import RefusedError, SlipwayError
from scripts.base.project import ROOT, Project
from scripts.base.release_version import PLATFORM

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

SHOWN_LINES = 40
ENVIRONMENT = {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
"""Docker 29 pushes an index with a provenance child unless told not to, so that the tag's digest is
no image's (actions/runner-images#13474). GitHub attests the provenance of the image itself."""


def repository(clients: Clients, project: Project) -> Any:
    """Return the project's repository as ECR's calls name it: by account and name."""
    account = project.registry_account_id or clients.account_id
    return {"registryId": account, "repositoryName": project.name}


def find_digest(clients: Clients, project: Project, version: str) -> str | None:
    """Return the digest that the registry reports for a tag, or None.

    Args:
        clients: AWS.
        project: the project.
        version: the image's tag.

    Raises:
        RefusedError: there is no such repository.
    """
    ecr, where = clients.ecr, repository(clients, project)
    try:
        answer = ecr.describe_images(**where, imageIds=[{"imageTag": version}])
    except ecr.exceptions.ImageNotFoundException:
        return None
    except ecr.exceptions.RepositoryNotFoundException as error:
        raise RefusedError(
            "the image registry does not exist yet",
            which=f"{project.name} in the account {where['registryId']}",
            next_step=f"Run: {place.command('bootstrap')}",
        ) from error
    return next((image["imageDigest"] for image in answer["imageDetails"]), None)


def exists(clients: Clients, project: Project, digest: str) -> bool:
    """Whether the registry still holds an image."""
    ecr, where = clients.ecr, repository(clients, project)
    try:
        answer = ecr.describe_images(**where, imageIds=[{"imageDigest": digest}])
    except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
        return False
    return bool(answer["imageDetails"])


def make(clients: Clients, project: Project, version: str) -> str:
    """Build and push the working tree's image; return the digest that the registry reports.

    Raises:
        RefusedError: docker is not installed.
        SlipwayError: building or pushing fails.
    """
    where = repository(clients, project)
    registry = f"{where['registryId']}.dkr.ecr.{project.region}.amazonaws.com"
    tag = f"{registry}/{project.name}:{version}"
    build(version, tag)
    with step(f"pushing {version}"):
        _log_in(clients.ecr, registry)
        _push(tag, lambda: find_digest(clients, project, version))
    digest = find_digest(clients, project, version)
    if digest is None:
        raise SlipwayError(
            "the registry does not hold the image that was pushed",
            which=tag,
            next_step="Nothing was released. Run the command again.",
        )
    say(f"image {digest}")
    return digest


def build(version: str, tag: str) -> None:
    """Build the working tree's image under a tag.

    Raises:
        RefusedError: docker is not installed.
        SlipwayError: building fails.
    """
    with step(f"building {version}"):
        _docker("build", "--platform", PLATFORM, "--tag", tag, ".")


def _push(tag: str, find: Callable[[], str | None]) -> None:
    try:
        _docker("push", tag)
    except SlipwayError:
        # Tags are immutable: another run may have pushed the same content first.
        if find() is None:
            raise


def _log_in(ecr: "ECRClient", registry: str) -> None:
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, password = base64.b64decode(token).decode().split(":", 1)
    _docker("login", "--username", user, "--password-stdin", registry, given=password)


def _docker(*arguments: str, given: str | None = None) -> None:
    if shutil.which("docker") is None:
        raise RefusedError(
            "docker is not installed",
            next_step=f"Install Docker, or use the emulator: {place.command('up', at='emulator')}",
        )
    done = subprocess.run(
        ["docker", *arguments],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SlipwayError(
            f"docker {arguments[0]} failed",
            which=done.stdout.strip().splitlines()[-SHOWN_LINES:],
            next_step="Nothing was released. Fix it and run the command again.",
        )
