"""What becomes of a call that AWS does not answer: asked again, a missed look, or the end.

EC2 Auto Scaling, EC2 and Elastic Load Balancing throttle the requests of an account and region
together, so other people's use up what ours need. A call that is throttled, fails inside AWS
(5xx) or gets no answer at all says nothing of what was asked about. Which errors these are is
botocore's "standard" retry mode (Boto3 guide, "Retries"), whose place this takes: that mode gives
up within seconds, and waits where tests cannot move the clock.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)

from scripts.base import clock
from scripts.base.console import say

Answer = TypeVar("Answer")

ATTEMPTS = 3
"""Of each call, within a second or two."""

BACKOFF_SECONDS = 0.5
"""Longest pause before the second attempt; twice as long before each further one."""

AGAIN_SECONDS = 5.0
PATIENCE_SECONDS = 900
"""How long a rollout goes on without an answer. A throttled account recovers within minutes, and
whoever waits for a run wants an end."""

TROUBLE = (500, 502, 503, 504, 429)
THROTTLED = (
    *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException"),
    *("TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded"),
    *("RequestThrottled", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException"),
    *("RequestTimeout", "RequestTimeoutException"),
)
"""Error codes of that mode; LimitExceededException is a quota here, and no reason to ask again."""


class Contact:
    """Contact with AWS, of all clients of one command.

    Attributes:
        requests: that were sent, repeated ones included.
    """

    def __init__(self) -> None:
        self.requests = 0
        self._patience = 0.0
        self._lost: dict[str, float] = {}
        self._missed_since: float | None = None

    def watch(self, client: Any) -> None:
        """Decide for a client what becomes of its calls."""
        service = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register_first(f"needs-retry.{service}", self._needs_retry)

    @contextmanager
    def patient(self, seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
        """Ask again for so long within the block: what is under way should come to its end."""
        before, self._patience = self._patience, seconds
        try:
            yield
        finally:
            self._patience = before

    def tried(self, look: Callable[[], Answer]) -> Answer | None:
        """Return what a look finds; None where AWS does not answer, which judges nothing.

        Raises:
            botocore.exceptions.ClientError: AWS refuses, such as expired credentials; or it has
                not answered for too long.
            botocore.exceptions.HTTPClientError: likewise.
        """
        try:
            with self.patient(0):
                found = look()
        except (ClientError, HTTPClientError) as error:
            if not trouble_of(error):
                raise
            since = self._missed_since = self._missed_since or clock.seconds()
            if clock.seconds() - since >= PATIENCE_SECONDS:
                raise
            return None
        self._missed_since = None
        return found

    def _needs_retry(
        self,
        response: Any,
        operation: Any,
        attempts: int,
        caught_exception: Exception | None,
        **_: Any,
    ) -> float | None:
        """botocore's question after each attempt: seconds until the next one, or None."""
        self.requests += 1
        if caught_exception is not None:
            trouble = trouble_of(caught_exception)
        else:
            trouble = _trouble_in(response[1])
        if not trouble:
            self._found_again(operation.name)
            return None
        hung = isinstance(caught_exception, ConnectTimeoutError | ReadTimeoutError)
        if attempts < ATTEMPTS and not hung:
            clock.pause(random.uniform(0, BACKOFF_SECONDS * 2 ** (attempts - 1)))
            return 0.0
        since = self._told(operation.name, trouble)
        if clock.seconds() - since >= self._patience:
            return None
        clock.pause(AGAIN_SECONDS)
        return 0.0

    def _told(self, operation: str, trouble: str) -> float:
        """Say that a call is not answered, once; since when that is so."""
        if operation not in self._lost:
            self._lost[operation] = clock.seconds()
            say(f"  AWS does not answer {operation} ({trouble}): asking again", style="yellow")
        return self._lost[operation]

    def _found_again(self, operation: str) -> None:
        since = self._lost.pop(operation, None)
        if since is not None:
            say(f"  AWS answers {operation} again, after {clock.seconds() - since:.0f} s")


def trouble_of(error: Exception) -> str:
    """Return what kept AWS from answering; empty where the error is its answer."""
    if isinstance(error, ClientError):
        return _trouble_in(error.response)
    return type(error).__name__ if isinstance(error, HTTPClientError) else ""


def _trouble_in(answer: Any) -> str:
    code = str(answer.get("Error", {}).get("Code", ""))
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 200)
    if code in THROTTLED or status in TROUBLE:
        return code or str(status)
    return ""
