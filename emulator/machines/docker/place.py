"""Where a `docker` command keeps its state, and the registry that it talks to."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from emulator.images.blobs import BlobStore
from emulator.images.errors import ImageError
from emulator.images.local import LocalImages
from emulator.images.reference import Reference
from emulator.images.registry import Registry


@dataclass(frozen=True)
class Place:
    """A Docker daemon's directory.

    Attributes:
        directory: images, containers and logins.
        registry_directory: the shared blobs of the registry.
        machine: the machine's directory; None for the commands outside of machines.
    """

    directory: Path
    registry_directory: Path
    machine: Path | None

    @classmethod
    def here(cls) -> "Place":
        """The place that the environment names.

        Raises:
            ImageError: it names none, or the machine's Docker service does not run.
        """
        registry = os.environ.get("EMULATOR_REGISTRY_DIR")
        if not registry:
            raise ImageError(
                "EMULATOR_REGISTRY_DIR is not set: this docker works on the emulator only"
            )
        machine = os.environ.get("EMULATOR_MACHINE")
        directory = os.environ.get("EMULATOR_DOCKER_DIR") or f"{registry}/local"
        place = cls(Path(directory), Path(registry), Path(machine) if machine else None)
        if machine and not (place.directory / "running").exists():
            raise ImageError("Cannot connect to the Docker daemon. Is the docker daemon running?")
        return place

    @property
    def images(self) -> LocalImages:
        """The daemon's own images."""
        return LocalImages(self.directory)

    @property
    def containers(self) -> Path:
        """One directory per container, by name."""
        return self.directory / "containers"

    def registry(self, reference: Reference) -> Registry:
        """The registry of an image, for one that has logged in.

        Raises:
            ImageError: nobody has logged in to it.
        """
        _, region = reference.account_and_region()
        if reference.registry not in self._logins():
            raise ImageError(f"{reference.registry}: no basic auth credentials")
        import boto3  # a fifth of a second, which the other commands need not spend

        return Registry(boto3.client("ecr", region_name=region), BlobStore(self.registry_directory))

    def log_in(self, server: str, user: str, password: str) -> None:
        """Remember a login.

        Raises:
            ImageError: ECR would refuse it.
        """
        if user != "AWS" or not password:
            raise ImageError(f"login attempt to https://{server}/v2/ failed: 401 Unauthorized")
        self._write_logins([*self._logins(), server])

    def log_out(self, server: str) -> None:
        """Forget a login."""
        self._write_logins([known for known in self._logins() if known != server])

    def _logins(self) -> list[str]:
        path = self.directory / "logins.json"
        return cast("list[str]", json.loads(path.read_text())) if path.exists() else []

    def _write_logins(self, servers: list[str]) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "logins.json").write_text(json.dumps(sorted(set(servers))))
