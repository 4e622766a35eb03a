"""Samples of metrics, gathered into windows of one AWS minute."""

import math
from collections import deque
from dataclasses import dataclass, field

# Custom and AWS metrics alike have a resolution of a minute unless asked otherwise (CloudWatch
# User Guide, "Metrics concepts").
WINDOW_SECONDS = 60
# An alarm looks at most at a day of minutes; nobody here asks for more than this.
KEPT_WINDOWS = 180

Dimensions = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Name:
    """What tells one metric from another."""

    namespace: str
    metric: str
    dimensions: Dimensions


@dataclass
class Samples:
    """Samples of one metric within a span of time."""

    values: list[float] = field(default_factory=list)

    def statistic(self, name: str) -> float | None:
        """A statistic of the samples; None without any.

        Args:
            name: Sum, Average, Minimum, Maximum, SampleCount, or a percentile such as p99.

        Raises:
            ValueError: there is no statistic of that name.
        """
        if not self.values:
            return None
        plain = {
            "Sum": sum(self.values),
            "Average": sum(self.values) / len(self.values),
            "Minimum": min(self.values),
            "Maximum": max(self.values),
            "SampleCount": float(len(self.values)),
        }
        return plain[name] if name in plain else self._percentile(float(name.removeprefix("p")))

    def _percentile(self, percent: float) -> float:
        rank = max(1, math.ceil(percent / 100 * len(self.values)))
        return sorted(self.values)[rank - 1]


class Windows:
    """The last windows of every metric. A window closes when an AWS minute has passed.

    Args:
        seconds: real length of a window.
        now: epoch second at which the first window opens.
    """

    def __init__(self, seconds: float, now: float) -> None:
        self.seconds = seconds
        self.closes_at = now + seconds
        self._open: dict[Name, Samples] = {}
        self._closed: deque[dict[Name, Samples]] = deque(maxlen=KEPT_WINDOWS)

    def add(self, name: Name, *values: float) -> None:
        """Add samples to the open window."""
        if values:
            self._open.setdefault(name, Samples()).values.extend(values)

    def close(self, now: float) -> dict[Name, Samples] | None:
        """Close the open window if its time is over, and return it; empty ones in between too."""
        if now < self.closes_at:
            return None
        closed, self._open = self._open, {}
        self._closed.append(closed)
        self.closes_at += self.seconds
        while now >= self.closes_at:
            self._closed.append({})
            self.closes_at += self.seconds
        return closed

    def periods(self, name: Name, period_seconds: float, count: int) -> list[Samples]:
        """Samples of the last `count` periods that are over, oldest first.

        Args:
            name: the metric.
            period_seconds: length of a period in AWS seconds, a multiple of 60.
            count: number of periods.
        """
        each = max(1, round(period_seconds / WINDOW_SECONDS))
        windows = list(self._closed)[-each * count :]
        windows = [{}] * (each * count - len(windows)) + windows
        return [
            Samples([v for w in windows[start : start + each] if name in w for v in w[name].values])
            for start in range(0, each * count, each)
        ]
