"""What a failed call to DynamoDB means: whether to try again, and what the client is told."""

from dataclasses import dataclass

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
}
# Instance credentials rotate: a later attempt is signed with new ones.
_CREDENTIALS = {
    "ExpiredTokenException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
}
_SERVER_ERRORS = 500


@dataclass(frozen=True)
class Fault:
    """Meaning of a failed call.

    Attributes:
        transient: whether the same call may succeed within a second.
        reason: one sentence for the client; it names no resource.
        retry_after_seconds: when a client should come back.
    """

    transient: bool
    reason: str
    retry_after_seconds: int


TIMED_OUT = Fault(True, "The storage did not answer in time.", 2)
BUSY = Fault(True, "The storage is busy.", 1)
BROKEN = Fault(False, "The service failed to write.", 2)
UNREACHABLE = Fault(True, "The storage cannot be reached.", 2)


class FaultError(Exception):
    """A call failed; nothing that it asked for is known to be done."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def classify(code: str, status: int) -> Fault:
    """Tell what an error that DynamoDB answered means.

    Args:
        code: the error's name.
        status: HTTP status.
    """
    if code in _THROTTLED:
        return BUSY
    if code in _CREDENTIALS:
        return Fault(True, "The storage does not accept the service's credentials.", 5)
    if status >= _SERVER_ERRORS:
        return Fault(True, "The storage failed.", 2)
    if code == "ResourceNotFoundException":
        return Fault(False, "The storage does not exist at the moment.", 10)
    return Fault(False, "The storage refused the request.", 10)
