"""Subnets with IPv6: the state of an association is a word."""

from typing import Any

from moto.ec2.models.subnets import Subnet

from emulator.aws.patches import Patches


def install(patches: Patches) -> None:
    """Answer `associated`, where moto answers a structure that the provider waits on for ever."""
    patches.replace(Subnet, "ipv6_cidr_block_association_set", property(_associations))


def _associations(self: Any) -> list[dict[str, Any]]:
    by_block = {
        association["ipv6CidrBlock"]: {
            "ipv6CidrBlock": association["ipv6CidrBlock"],
            "associationId": association["associationId"],
            "ipv6CidrBlockState": {"state": association["ipv6CidrBlockState"]["State"]},
        }
        for association in self.ipv6_cidr_block_associations.values()
        if association["ipv6CidrBlockState"]["State"] == "associated"
    }
    return list(by_block.values())
