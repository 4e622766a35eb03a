"""What became of each request of a load, and what a test asks about all of them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """Why a request failed."""

    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    SERVER_ERROR = "5xx"
    OTHER = "other"


@dataclass(frozen=True)
class Answer:
    """One request and what came of it.

    Attributes:
        due: when it had to be sent, in seconds of `time.monotonic`.
        seconds: from `due` to the last byte, or to its failure.
        path: what was asked for.
        kept: whether it went over a connection that is kept open; else over one of its own.
        status: of the answer; 0 without one.
        release: header X-Release; empty without an answer of the service.
        instance: header X-Instance, likewise.
        failure: why it failed; None when it was answered with 200.
        detail: the failure in words.
    """

    due: float
    seconds: float
    path: str
    kept: bool
    status: int = 0
    release: str = ""
    instance: str = ""
    failure: Failure | None = None
    detail: str = ""

    def __str__(self) -> str:
        where = f" by {self.instance} ({self.release})" if self.instance else ""
        way = "kept" if self.kept else "fresh"
        return f"{self.failure or 'ok'} {self.path} {way} connection{where} {self.detail}".rstrip()


class Answers:
    """All answers of a load, in the order in which they came."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.all = list(answers)

    def __len__(self) -> int:
        return len(self.all)

    @property
    def failed(self) -> list[Answer]:
        """Those that failed, by the moment at which they were due."""
        return sorted((a for a in self.all if a.failure), key=lambda answer: answer.due)

    def failed_unless(self, allowed: Callable[[Answer], bool]) -> list[str]:
        """Failures that a scenario's bound does not allow, in words."""
        return [str(answer) for answer in self.failed if not allowed(answer)]

    @property
    def releases(self) -> Counter[str]:
        """Good answers by release."""
        return Counter(answer.release for answer in self.all if not answer.failure)

    @property
    def instances(self) -> Counter[str]:
        """Good answers by instance."""
        return Counter(answer.instance for answer in self.all if not answer.failure)

    @property
    def kinds(self) -> Counter[str]:
        """Failures by kind."""
        return Counter(str(answer.failure) for answer in self.failed)

    def percentile(self, percent: float) -> float:
        """Seconds within which so many percent of the requests had come to their end.

        Raises:
            ValueError: there was no request.
        """
        if not self.all:
            raise ValueError("no request was sent")
        rank = max(1, math.ceil(percent / 100 * len(self.all)))
        return sorted(answer.seconds for answer in self.all)[rank - 1]
