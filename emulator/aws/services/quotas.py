"""Service Quotas: those that `doctor` asks for, with AWS's defaults.

Source: Service Quotas console of EC2 and Elastic Load Balancing; an account's vCPUs begin at 5 and
grow with its use; here they let both environments roll in one account.
"""

from typing import Any

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend

from emulator.aws.patches import Patches

DEFAULTS = {
    ("ec2", "L-1216C47A"): 64.0,
    ("ec2", "L-0263D0A3"): 5.0,
    ("elasticloadbalancing", "L-53DA6B97"): 50.0,
}


def install(patches: Patches) -> None:
    """Patch moto's quotas."""
    patches.replace(ServiceQuotasBackend, "get_service_quota", _get_service_quota)


def _get_service_quota(_: Any, service_code: str, quota_code: str) -> dict[str, Any]:
    value = DEFAULTS.get((service_code, quota_code))
    if value is None:
        raise NoSuchResource
    return {"ServiceCode": service_code, "QuotaCode": quota_code, "Value": value}
