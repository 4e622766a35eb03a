"""Service Quotas: those that `doctor` asks for."""

from typing import Any

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend

from emulator.aws.patches import Patches
from emulator.aws.quotas import DEFAULTS


def install(patches: Patches) -> None:
    """Patch moto's quotas."""
    patches.replace(ServiceQuotasBackend, "get_service_quota", _get_service_quota)


def _get_service_quota(_: Any, service_code: str, quota_code: str) -> dict[str, Any]:
    value = DEFAULTS.get((service_code, quota_code))
    if value is None:
        raise NoSuchResource
    return {"ServiceCode": service_code, "QuotaCode": quota_code, "Value": value}
