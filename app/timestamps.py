"""Moments as text."""

import functools
import time


def timestamp(milliseconds: int) -> str:
    """Write a Unix time as RFC 3339 in UTC: `2026-01-31T12:00:00.123Z`."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@functools.lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
