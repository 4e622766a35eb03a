"""Errors by which AWS answers that something does not exist: an answer, and no lost contact."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from botocore.exceptions import ClientError

from scripts.adapters.aws import pace
from scripts.base import clock, place
from scripts.base.errors import UnknownStateError

Answer = TypeVar("Answer")

SEEN_SECONDS = 30
"""How long a read may not show what was just written: EC2 API reference, "Eventual consistency",
says seconds or minutes, and whoever asks for a version that was deleted waits as long."""

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


def again(read: Callable[[], Answer], seconds: float = SEEN_SECONDS) -> Answer:
    """Read a template version; again where it is not found, because it may just have been made.

    Args:
        read: the call.
        seconds: how long.

    Raises:
        botocore.exceptions.ClientError: it is still not found, or anything else is wrong.
    """
    end = clock.seconds() + seconds
    while True:
        try:
            return read()
        except ClientError as error:
            missing = error.response["Error"]["Code"] == VERSION_NOT_FOUND
            if not missing or clock.seconds() >= end:
                raise
        pace.wait()


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
