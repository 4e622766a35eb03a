"""Rules of security groups: their description, whatever they let in."""

import inspect
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from emulator.aws.patches import Patches

_moto_init = SecurityGroupRule.__init__
_signature = inspect.signature(_moto_init)


def install(patches: Patches) -> None:
    """Keep the description of a rule for another group or a prefix list; moto forgets it."""
    patches.replace(SecurityGroupRule, "__init__", _init)
    patches.replace(SecurityGroupRule, "description", property(_description))


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    _moto_init(self, *args, **kwargs)
    given = _signature.bind(self, *args, **kwargs).arguments
    self.prefix_list_description = (given.get("prefix_list_id") or {}).get("Description")


def _description(self: Any) -> str | None:
    # A later change of the description is always stored with the range.
    found: str | None = (
        self.ip_range.get("Description")
        or self.source_group.get("Description")
        or self.prefix_list_description
    )
    return found
