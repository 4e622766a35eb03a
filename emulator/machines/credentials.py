"""Credentials of instance roles, as the metadata service hands them out: short-lived."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(hours=6)
RENEWAL = timedelta(minutes=20)
"""Time left at which new ones are issued; AWS promises at least five minutes, SDKs ask at 15."""


@dataclass(frozen=True)
class Keys:
    """Access key id, secret access key and session token."""

    access_key_id: str
    secret_access_key: str
    token: str


@dataclass(frozen=True)
class RoleCredentials:
    """Keys with the time in which they hold."""

    keys: Keys
    updated: datetime
    expires: datetime

    def document(self) -> dict[str, str]:
        """Return the JSON document of `iam/security-credentials/ROLE`."""
        return {
            "Code": "Success",
            "LastUpdated": _stamp(self.updated),
            "Type": "AWS-HMAC",
            "AccessKeyId": self.keys.access_key_id,
            "SecretAccessKey": self.keys.secret_access_key,
            "Token": self.keys.token,
            "Expiration": _stamp(self.expires),
        }


def random_keys(_role_name: str) -> Keys:
    """Return keys that look like a role's; the emulated AWS takes any."""
    return Keys(
        access_key_id="ASIA" + "".join(secrets.choice("ABCDEFGHIJ234567") for _ in range(16)),
        secret_access_key=secrets.token_urlsafe(30),
        token=secrets.token_urlsafe(96),
    )


class CredentialSource:
    """Issues credentials by instance and role, and new ones before the old expire.

    Args:
        issue: makes keys for a role's name.
        lifetime: how long they hold.
    """

    def __init__(
        self, issue: Callable[[str], Keys] = random_keys, lifetime: timedelta = LIFETIME
    ) -> None:
        self._issue = issue
        self._lifetime = lifetime
        self._renewal = min(RENEWAL, lifetime / 2)
        self._current: dict[tuple[str, str], RoleCredentials] = {}

    def current(self, instance_id: str, role_name: str) -> RoleCredentials:
        """Credentials that hold now and for a while."""
        now = datetime.now(UTC)
        held = self._current.get((instance_id, role_name))
        if held is None or held.expires - now < self._renewal:
            held = RoleCredentials(self._issue(role_name), now, now + self._lifetime)
            self._current[instance_id, role_name] = held
        return held


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
