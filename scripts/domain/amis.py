"""Amazon's machine images (AMIs): those of one family, and which of them an environment names.

A family is what stays the same from release to release: Amazon Linux 2023 of the standard edition,
one line of kernels, one architecture. Source: "Naming and versioning" in the Amazon Linux 2023
user guide, whose first is `al2023-ami-2023.0.20230301.0-kernel-6.1-x86_64`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

NAME = re.compile(r"(al2023-ami-2023)\.[0-9.]+(-kernel-[0-9.]+-x86_64)")
"""As infra/modules/service asks for it; the minimal edition has a word more."""


@dataclass(frozen=True)
class Ami:
    """One that Amazon offers.

    Attributes:
        name: full, with its release.
        created: when, ISO 8601.
        deprecated: from when on Amazon advises against it, ISO 8601; empty where that is not set.
    """

    name: str
    created: str
    deprecated: str = ""

    def age_days(self, now: str) -> int:
        """Return the whole days since it was created."""
        return (datetime.fromisoformat(now) - datetime.fromisoformat(self.created)).days

    def offered(self, now: str) -> bool:
        """Whether Amazon does not advise against it yet."""
        return not self.deprecated or _moment(now) < _moment(self.deprecated)


@dataclass(frozen=True)
class Pin:
    """Where an environment names its AMI.

    Attributes:
        file: from the top of the repository.
        line: in it, from 1.
        name: of the AMI.
    """

    file: str
    line: int
    name: str


@dataclass(frozen=True)
class PinnedAmi:
    """What an environment names, and the newest of the same family.

    Attributes:
        pin: where it is named.
        ami: what it names; None where Amazon does not list it any more.
        newest: of those that are not deprecated.
    """

    pin: Pin
    ami: Ami | None
    newest: Ami

    @property
    def current(self) -> bool:
        """Whether there is nothing to change."""
        return self.pin.name == self.newest.name


def family(name: str) -> str:
    """Return the pattern, with `*` for the release, that EC2 knows an AMI's family by.

    Raises:
        ValueError: it is no full name of an Amazon Linux 2023 AMI.
    """
    found = NAME.fullmatch(name)
    if not found:
        raise ValueError(name)
    return f"{found[1]}.*{found[2]}"


def newest(amis: Iterable[Ami], name: str, now: str) -> Ami | None:
    """Return the newest of an AMI's family by its creation; None where none is offered.

    Args:
        amis: what EC2 answered; its `*` matches more than a release.
        name: full, of any AMI of the family.
        now: ISO 8601.
    """
    own = [
        ami
        for ami in amis
        if NAME.fullmatch(ami.name) and family(ami.name) == family(name) and ami.offered(now)
    ]
    return max(own, key=lambda ami: (_moment(ami.created), ami.name), default=None)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
