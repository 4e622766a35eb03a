"""NAT gateways: one that is deleted gives its elastic address back."""

from typing import Any

from moto.ec2.models import EC2Backend

from emulator.aws.patches import Patches

_moto_delete = EC2Backend.delete_nat_gateway


def install(patches: Patches) -> None:
    """Patch the deletion of NAT gateways."""
    patches.methods(EC2Backend, _Backend)


class _Backend:
    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        """Delete a gateway; its addresses can be associated again.

        Source: Amazon VPC User Guide, "Work with NAT gateways": deleting one disassociates its
        elastic IP address, and does not release it.
        """
        deleted = _moto_delete(self, nat_gateway_id)
        for address in deleted.address_set:
            if association := address.get("associationId"):
                self.disassociate_address(association_id=association)
        return deleted
