"""The least that a rollout can take, from what the instances of the same rollout took."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """From when until when something lasted, epoch seconds."""

    begun: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.ended - self.begun


@dataclass(frozen=True)
class Bound:
    """What has to pass one after the other, in seconds.

    Attributes:
        boots: from a launch to its being in service, without the settle time.
        settle: how long instances have to answer before they are in service.
        warmups: from in service until an instance counts.
        drains: of the last instances that leave.
    """

    boots: float
    settle: float
    warmups: float
    drains: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.boots + self.settle + self.warmups + self.drains


def lower_bound(
    launches: Sequence[Span],
    drains: Sequence[Span],
    *,
    at_once: int,
    settle_seconds: float,
    warmup_seconds: float,
) -> Bound:
    """Return the least that a rollout could have taken with these instances.

    An instance refresh replaces so many at once and begins the next step when those have warmed
    up. The slowest boot of a step counts, and of the drains the slowest of the last step: the
    others pass while the next step boots.

    Args:
        launches: of the new instances, from the launch to being in service.
        drains: of the old ones, one for each new one.
        at_once: how many the refresh replaces in one step.
        settle_seconds: the environment's.
        warmup_seconds: the environment's, in seconds of the clock that the refresh keeps.

    Raises:
        ValueError: nothing was launched, or not as many left as came.
    """
    if not launches or len(launches) != len(drains):
        raise ValueError(f"{len(launches)} instances came and {len(drains)} left")
    came, left = (sorted(spans, key=lambda span: span.begun) for spans in (launches, drains))
    first = range(0, len(came), at_once)
    boots = sum(max(span.seconds for span in came[i : i + at_once]) for i in first)
    return Bound(
        boots=boots - len(first) * settle_seconds,
        settle=len(first) * settle_seconds,
        warmups=len(first) * warmup_seconds,
        drains=max(span.seconds for span in left[first[-1] :]),
    )
