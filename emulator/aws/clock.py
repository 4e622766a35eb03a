"""One clock for everything that AWS's control plane waits for."""

import time
from datetime import UTC, datetime


class Clock:
    """Real time, and control-plane waits divided by one factor.

    Shortened are waits that only AWS's control plane keeps: instance warm-up, checkpoint delay,
    bake time, the hour after which a blocked refresh fails (never to less than a boot may take),
    the pause before a failed launch is tried again, metric periods. Everything that runs against a
    machine or a request keeps real seconds: the lifecycle hook's heartbeat (the boot script's own
    deadline is shorter than it), the health check grace period, health checks, draining and
    graceful stops.

    Args:
        factor: by how much control-plane waits are shortened; 1 keeps AWS's own times.
    """

    def __init__(self, factor: float = 1.0) -> None:
        if factor < 1:
            raise ValueError(f"the clock factor is {factor}; it must be at least 1")
        self.factor = factor

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def shortened(self, seconds: float) -> float:
        """Real seconds that a control-plane wait of `seconds` takes here."""
        return seconds / self.factor


def moment(seconds: float) -> datetime:
    """The moment of an epoch second, naive and in UTC, as moto keeps its dates."""
    return datetime.fromtimestamp(seconds, tz=UTC).replace(tzinfo=None)


def stamp(seconds: float) -> str:
    """The moment of an epoch second as AWS writes it into a cause: 2026-01-31T23:59:59Z."""
    return moment(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")
