"""Names of images: `REGISTRY/REPOSITORY[:TAG][@DIGEST]`."""

import re
from dataclasses import dataclass

from emulator.images.errors import ImageError

PATTERN = re.compile(
    r"(?:(?P<registry>[a-z0-9.-]+\.[a-z0-9.-]+(?::\d+)?|localhost(?::\d+)?)/)?"
    r"(?P<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
    r"(?::(?P<tag>[\w][\w.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
ECR_HOST = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")


@dataclass(frozen=True)
class Reference:
    """A parsed image name; `registry` is empty for a local one."""

    registry: str
    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read an image name; without tag and digest the tag is `latest`.

        Raises:
            ImageError: it is none.
        """
        found = PATTERN.fullmatch(text)
        if found is None:
            raise ImageError(f"invalid reference format: {text!r}")
        tag, digest = found["tag"], found["digest"]
        if tag is None and digest is None:
            tag = "latest"
        return cls(found["registry"] or "", found["repository"], tag, digest)

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}" if self.registry else self.repository

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}" + (f"@{self.digest}" if self.digest else "")

    def account_and_region(self) -> tuple[str, str]:
        """Account and region of an ECR registry.

        Raises:
            ImageError: the registry is another one, which the emulator does not have.
        """
        found = ECR_HOST.fullmatch(self.registry)
        if found is None:
            raise ImageError(
                f"{self.registry or 'docker.io'} is no ECR registry: not on the emulator"
            )
        return found["account"], found["region"]
