"""Errors by which AWS answers that something does not exist: an answer, and no lost contact."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from scripts.base import place
from scripts.base.errors import UnknownStateError

VERSION_NOT_FOUND = "InvalidLaunchTemplateId.VersionNotFound"
GONE = {
    # EC2 API reference, "Error codes"; the first one is that of a deleted version.
    VERSION_NOT_FOUND: "a version of the launch template is missing",
    "InvalidLaunchTemplateId.NotFound": "the launch template is gone",
    "InvalidLaunchTemplateName.NotFoundException": "the launch template is gone",
    # Elastic Load Balancing API reference, DescribeTargetHealth.
    "TargetGroupNotFound": "the load balancer's target group is gone",
}
"""What each code says of an environment."""


class GoneError(UnknownStateError):
    """A part of an environment that was applied does not exist; exit code 4."""


@contextmanager
def told(environment: str) -> Iterator[None]:
    """Turn AWS's errors about what is gone into words.

    Raises:
        GoneError: a part of the environment is gone.
    """
    try:
        yield
    except ClientError as error:
        what = GONE.get(error.response["Error"]["Code"])
        if what is None:
            raise
        raise gone(what, error.response["Error"].get("Message", ""), environment) from error


def gone(what: str, which: str, environment: str) -> GoneError:
    """Return the error about a part that is gone.

    Args:
        what: is gone, as a sentence.
        which: of AWS's things.
        environment: whose it is.
    """
    return GoneError(
        what,
        which=which,
        next_step="It was removed outside this repository. To see what is left: "
        + place.command("plan", environment),
    )
