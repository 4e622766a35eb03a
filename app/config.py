"""The service's settings, read from the environment in one place and only when asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_DAY_SECONDS = 24 * 60 * 60


EXAMPLE = {
    "SERVICE_NAME": "service",
    "TABLE_NAME": "visits",
    "TRUSTED_PROXIES": "1",
    "RELEASE_VERSION": "0123456789ab",
    "IMAGE_DIGEST": f"sha256:{'0' * 64}",
    "INSTANCE_ID": "i-0123456789abcdef0",
}
"""Every variable that the service needs, with a value for trying it out."""

SENT = ("RELEASE_VERSION", "IMAGE_DIGEST", "INSTANCE_ID")
"""Those that stand in headers."""


class ConfigurationError(Exception):
    """A setting is missing or wrong; the message names each one."""


@dataclass(frozen=True)
class Config:
    """What an environment or a release changes.

    Attributes:
        service_name: what the service calls itself, such as in its OpenAPI description.
        table_name: DynamoDB table that keeps the records.
        trusted_proxies: proxies in front of the service whose `X-Forwarded-For` entry is
            believed: 1 behind the load balancer, 0 when clients connect directly.
        release_version: version of the release that answers.
        image_digest: digest of the image that runs, `sha256:…`.
        instance_id: EC2 instance that answers.
        retention_seconds: how long a record is kept; an address is personal data.
        deadline_seconds: the longest that one request may wait for storage.
        call_seconds: the longest that one call to the storage may take.
    """

    service_name: str
    table_name: str
    trusted_proxies: int
    release_version: str
    image_digest: str
    instance_id: str
    retention_seconds: int = 30 * _DAY_SECONDS
    deadline_seconds: float = 5.0
    call_seconds: float = 3.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Config":
        """Read the settings from environment variables: those that `EXAMPLE` names.

        Raises:
            ConfigurationError: variables are missing or cannot be used.
        """
        missing = [name for name in EXAMPLE if not environment.get(name)]
        if missing:
            raise ConfigurationError(
                f"environment variables are missing: {', '.join(missing)}; "
                f"the service needs {', '.join(EXAMPLE)}"
            )
        proxies = environment["TRUSTED_PROXIES"]
        if not re.fullmatch("[0-9]", proxies):
            raise ConfigurationError(
                f"TRUSTED_PROXIES must be a number from 0 to 9, not {proxies!r}"
            )
        for name in SENT:
            if not re.fullmatch(r"[\x21-\x7e]+", environment[name]):
                raise ConfigurationError(
                    f"{name} is sent as a header, so it must be printable ASCII"
                )
        return cls(
            service_name=environment["SERVICE_NAME"],
            table_name=environment["TABLE_NAME"],
            trusted_proxies=int(proxies),
            release_version=environment["RELEASE_VERSION"],
            image_digest=environment["IMAGE_DIGEST"],
            instance_id=environment["INSTANCE_ID"],
        )
