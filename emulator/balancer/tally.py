"""What a load balancer counts."""

from collections import Counter, deque
from typing import Any

LATENCIES = 1_000


class Tally:
    """Counts since the beginning, and response times since the last reading."""

    def __init__(self) -> None:
        self.requests = 0
        self.elb_5xx: Counter[str] = Counter()
        self.target_5xx: Counter[str] = Counter()
        self.target_requests: Counter[str] = Counter()
        self.latencies: deque[float] = deque(maxlen=LATENCIES)

    def own_answer(self, status: int) -> None:
        """Count an answer that the balancer made itself."""
        self.requests += 1
        if status >= 500:
            self.elb_5xx[str(status)] += 1

    def target_answer(self, target_id: str, status: int, seconds: float) -> None:
        """Count a target's answer."""
        self.requests += 1
        self.target_requests[target_id] += 1
        self.latencies.append(seconds)
        if status >= 500:
            self.target_5xx[target_id] += 1

    def read(self) -> dict[str, Any]:
        """Return all of it, as `interfaces.Counters` names it, and begin the times anew."""
        latencies = list(self.latencies)
        self.latencies.clear()
        return {
            "requests": self.requests,
            "elb_5xx": dict(self.elb_5xx),
            "target_5xx": dict(self.target_5xx),
            "target_requests": dict(self.target_requests),
            "latencies_seconds": latencies,
        }
