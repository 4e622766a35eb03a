"""The AMI that an environment names beside the newest one, in a terminal and in an issue."""

from collections.abc import Mapping

from scripts.base.markdown import code, fence
from scripts.domain.amis import PinnedAmi

NEXT = (
    "Change it in a pull request. Its comment shows the new launch template; once it is merged, "
    "each environment rolls its instances onto the new image as it does with a release."
)


def lines(environment: str, found: PinnedAmi, now: str) -> list[str]:
    """Return what a person reads in a terminal; the change where there is one."""
    if found.current:
        return [f"{environment} names the newest image: {found.pin.name}, {_age(found, now)}"]
    return [
        f"{environment} names an image {_age(found, now)}; the newest is {_newest_age(found, now)}",
        f"  {found.pin.file}:{found.pin.line}",
        f"  - {found.pin.name}",
        f"  + {found.newest.name}",
    ]


def page(found: Mapping[str, PinnedAmi], now: str) -> str:
    """Return the same of all environments as Markdown."""
    parts: list[str] = []
    for environment, one in found.items():
        if one.current:
            parts += [f"✅ **{environment}** names the newest image, {_age(one, now)}.", ""]
            continue
        parts += [
            f"⚠ **{environment}** names an image {_age(one, now)}; the newest is "
            f"{_newest_age(one, now)}. In {code(f'{one.pin.file}:{one.pin.line}')}:",
            "",
            *fence([f"- {one.pin.name}", f"+ {one.newest.name}"], "diff"),
            "",
        ]
    changes = not all(one.current for one in found.values())
    return "\n".join([*parts, *([NEXT] if changes else [])]).rstrip("\n")


def _age(found: PinnedAmi, now: str) -> str:
    if found.ami is None:
        return "that Amazon does not list any more"
    old = _days(found.ami.age_days(now))
    return old if found.ami.offered(now) else f"{old} and deprecated"


def _newest_age(found: PinnedAmi, now: str) -> str:
    return _days(found.newest.age_days(now))


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'} old"
