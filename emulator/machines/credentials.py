"""Credentials of instance roles, as the metadata service hands them out: short-lived."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from emulator.interfaces import MachineSpec

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


def random_keys(_account_id: str, _role_name: str) -> Keys:
    """Return keys that look like a role's; the emulated AWS takes any for its default account."""
    return Keys(
        access_key_id="ASIA" + "".join(secrets.choice("ABCDEFGHIJ234567") for _ in range(16)),
        secret_access_key=secrets.token_urlsafe(30),
        token=secrets.token_urlsafe(96),
    )


class CredentialSource:
    """Issues credentials by instance, and new ones before the old expire.

    Args:
        issue: makes keys for an account's id and a role's name.
        lifetime: how long they hold.
    """

    def __init__(
        self, issue: Callable[[str, str], Keys] = random_keys, lifetime: timedelta = LIFETIME
    ) -> None:
        self._issue = issue
        self._lifetime = lifetime
        self._renewal = min(RENEWAL, lifetime / 2)
        self._current: dict[str, RoleCredentials] = {}

    def current(self, spec: MachineSpec) -> RoleCredentials | None:
        """Credentials of an instance's role that hold now and for a while; None without a role."""
        if spec.role_name is None:
            return None
        now = datetime.now(UTC)
        held = self._current.get(spec.instance_id)
        if held is None or held.expires - now < self._renewal:
            keys = self._issue(spec.account_id, spec.role_name)
            held = RoleCredentials(keys, now, now + self._lifetime)
            self._current[spec.instance_id] = held
        return held


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
