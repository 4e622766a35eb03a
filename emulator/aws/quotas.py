"""Quotas of an account: their values, and what EC2 refuses by them.

Source: Service Quotas console of EC2 and Elastic Load Balancing; an account's vCPUs begin at 5 and
grow with its use; here they let both environments roll in one account.
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import INSTANCE_TYPES

STANDARD = ("ec2", "L-1216C47A")
"""vCPUs of running instances of the families A, C, D, H, I, M, R, T and Z."""

STANDARD_FAMILIES = tuple("acdhimrtz")
DEFAULTS = {
    STANDARD: 64.0,
    ("ec2", "L-0263D0A3"): 5.0,
    ("elasticloadbalancing", "L-53DA6B97"): 50.0,
}


def cpu_options(instance_type: str) -> dict[str, int]:
    """Return cores and threads of an instance type, as DescribeInstances does."""
    known = INSTANCE_TYPES.get(instance_type, {}).get("VCpuInfo", {})
    return {
        "CoreCount": known.get("DefaultCores", 1),
        "ThreadsPerCore": known.get("DefaultThreadsPerCore", 1),
    }


def refuse_beyond(ec2: Any, instance_type: str) -> None:
    """Refuse one more instance than the account's vCPUs allow.

    Args:
        ec2: moto's backend of the account and region.
        instance_type: of the instance that is to be launched.

    Raises:
        EC2ClientError: VcpuLimitExceeded. Its message is all that a scaling activity shows of it
            (kubernetes/kops#15778).
    """
    if not instance_type.startswith(STANDARD_FAMILIES):
        return
    running = [
        one.instance_type
        for one in ec2.all_instances()
        if one.state in ("pending", "running") and one.instance_type.startswith(STANDARD_FAMILIES)
    ]
    limit = int(DEFAULTS[STANDARD])
    if sum(map(_vcpus, [*running, instance_type])) > limit:
        raise EC2ClientError(
            "VcpuLimitExceeded",
            f"You have requested more vCPU capacity than your current vCPU limit of {limit} allows "
            "for the instance bucket that the specified instance type belongs to. Please visit "
            "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
        )


def _vcpus(instance_type: str) -> int:
    options = cpu_options(instance_type)
    return options["CoreCount"] * options["ThreadsPerCore"]
