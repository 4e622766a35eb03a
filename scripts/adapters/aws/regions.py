"""Which regions AWS has, by the data of the installed botocore."""

from difflib import get_close_matches

from botocore.session import Session

from scripts.base.errors import UsageError

COMMERCIAL = "aws"
"""The partition that everybody's accounts are in; roles and endpoints of others are named
otherwise."""


def check_region(region: str) -> str:
    """Return a region that this repository can be used in.

    Raises:
        UsageError: it lies in a partition of its own, or AWS has no such region.
    """
    session = Session()
    known = session.get_available_regions("ec2", COMMERCIAL)
    if region in known:
        return region
    for partition in session.get_available_partitions():
        if region in session.get_available_regions("ec2", partition):
            raise UsageError(
                f"{region} lies outside of AWS's commercial partition",
                which="roles, endpoints and GitHub's trust have other names there",
                next_step="Choose a commercial region, such as eu-central-1.",
            )
    near = get_close_matches(region, known, n=3)
    raise UsageError(
        f"AWS has no region {region}, as far as the installed botocore knows",
        which=f"near it: {', '.join(near)}" if near else "",
        next_step="Name one of AWS's, such as eu-central-1. A new one comes with a newer botocore.",
    )
