"""The machine images that Amazon offers in the project's region."""

from typing import TYPE_CHECKING

from scripts.adapters.aws.clients import Clients
from scripts.domain.amis import Ami

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import ImageTypeDef

PAGE = 1000
"""Amazon asks callers to page, and takes this at most (API reference, DescribeImages)."""


def offered_amis(clients: Clients, pattern: str) -> list[Ami]:
    """Return Amazon's AMIs of a name, deprecated ones too, in no order.

    Args:
        clients: AWS.
        pattern: of the name, `*` for anything.

    Raises:
        botocore.exceptions.ClientError: AWS refuses to tell.
    """
    pages = clients.ec2.get_paginator("describe_images").paginate(
        Owners=["amazon"],
        # One that is named already may be deprecated, and its age is asked for as well.
        IncludeDeprecated=True,
        Filters=[
            {"Name": "name", "Values": [pattern]},
            {"Name": "architecture", "Values": ["x86_64"]},
            {"Name": "state", "Values": ["available"]},
        ],
        PaginationConfig={"PageSize": PAGE},
    )
    return [_ami(image) for page in pages for image in page["Images"]]


def _ami(image: "ImageTypeDef") -> Ami:
    return Ami(image["Name"], image["CreationDate"], image.get("DeprecationTime", ""))
