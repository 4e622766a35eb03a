"""The time, as commands see it: one place, so that tests can let hours pass at once."""

import time
from datetime import UTC, datetime


def now() -> str:
    """Return the present moment as UTC in ISO 8601, to the second."""
    return iso(datetime.now(UTC))


def iso(moment: datetime) -> str:
    """Return a moment as UTC in ISO 8601, to the second; such texts sort by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds() -> float:
    """Return seconds that only grow, for deadlines."""
    return time.monotonic()


def pause(duration_seconds: float) -> None:
    """Wait."""
    time.sleep(duration_seconds)
