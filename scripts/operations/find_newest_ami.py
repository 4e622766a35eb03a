"""Find where an environment names an older machine image (AMI) than Amazon offers.

Changes nothing.
"""

from collections.abc import Iterable
from pathlib import Path

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.offered_amis import offered_amis
from scripts.base import clock
from scripts.base.errors import SlipwayError, UsageError
from scripts.base.project import ROOT
from scripts.domain import hcl
from scripts.domain.amis import Ami, Pin, PinnedAmi, family, newest

ARGUMENT = "ami_name"


def find_newest_amis(
    clients: Clients, environments: Iterable[str], root: Path = ROOT
) -> dict[str, PinnedAmi]:
    """Compare what each environment names with what Amazon offers; each family is asked for once.

    Raises:
        UsageError: an environment names no AMI.
        SlipwayError: Amazon offers none of the family.
    """
    offered: dict[str, list[Ami]] = {}
    found = {}
    for environment in environments:
        pin = pin_of(environment, root)
        pattern = family(pin.name)
        if pattern not in offered:
            offered[pattern] = offered_amis(clients, pattern)
        found[environment] = _compare(pin, offered[pattern], clock.now())
    return found


def pin_of(environment: str, root: Path = ROOT) -> Pin:
    """Return the AMI that an environment's main.tf names, and where.

    Raises:
        UsageError: it names none in plain text, or not by its full name.
    """
    file = root / "infra" / "envs" / environment / "main.tf"
    text = file.read_text()
    for name in hcl.values(hcl.read(text), ARGUMENT):
        line = next((n for n, one in enumerate(text.splitlines(), 1) if f'"{name}"' in one), None)
        if line is not None:
            return _checked(Pin(str(file.relative_to(root)), line, name))
    raise UsageError(
        f"{environment} names no machine image",
        which=f"{file.relative_to(root)} has no {ARGUMENT} in plain text",
        next_step="Write its full name there.",
    )


def _checked(pin: Pin) -> Pin:
    try:
        family(pin.name)
    except ValueError as error:
        raise UsageError(
            f"{ARGUMENT} is no full name of an Amazon Linux 2023 image",
            which=f"{pin.file}:{pin.line}: {pin.name}",
            next_step="infra/modules/service/variables.tf says how one is written.",
        ) from error
    return pin


def _compare(pin: Pin, offered: list[Ami], now: str) -> PinnedAmi:
    best = newest(offered, pin.name, now)
    if best is None:
        raise SlipwayError(
            "Amazon offers no machine image of this family any more",
            which=[f"{pin.file}:{pin.line}: {pin.name}", f"asked for: {family(pin.name)}"],
            next_step="Choose another kernel or edition: the Amazon Linux 2023 release notes list "
            "them. What runs is not concerned.",
        )
    named = next((ami for ami in offered if ami.name == pin.name), None)
    return PinnedAmi(pin, named, best)
