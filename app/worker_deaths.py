"""Workers that died, counted in gunicorn's master and judged in its workers.

The master replaces a worker whatever it died of, and the container goes on: without a count a
release whose processes die again and again answers in between and looks well.
"""

import mmap
import struct
import time
from collections.abc import Callable
from typing import Any

YOUNG_SECONDS = 60
"""One that dies earlier has hardly died of what callers sent."""

RECENT_SECONDS = 30
"""How long the death of a young one counts. In a loop of young ones the next comes earlier, or…"""

MOST = 3
PERIOD_SECONDS = 300
"""…so many deaths at any age come within this time, as with two workers every few minutes."""

_DEATH = struct.Struct("=dd")


class Deaths:
    """The last deaths, in memory that processes forked from this one share.

    Args:
        clock: seconds that only grow, the same in all processes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shared = mmap.mmap(-1, MOST * _DEATH.size)
        self._count = 0

    def add(self, age: float) -> None:
        """Count a death; in the master alone.

        Args:
            age: seconds that the worker had lived.
        """
        place = self._count % MOST * _DEATH.size
        _DEATH.pack_into(self._shared, place, self._clock(), age)
        self._count += 1

    def often(self) -> str | None:
        """Say that workers die again and again; None while they do not."""
        since = self._clock() - PERIOD_SECONDS
        # Zero is a place that no death has taken.
        if all(moment and moment > since for moment, _ in self._read()):
            return f"Workers of this instance died {MOST} times within {PERIOD_SECONDS} seconds."
        return None

    def lately(self) -> str | None:
        """Say that workers die again and again, or that a young one has just died."""
        since = self._clock() - RECENT_SECONDS
        for moment, age in self._read():
            if moment and moment > since and age < YOUNG_SECONDS:
                return f"A worker of this instance died {age:.0f} seconds after its start."
        return self.often()

    def _read(self) -> list[tuple[float, float]]:
        return list(_DEATH.iter_unpack(self._shared[:]))


DEATHS = Deaths()
"""Those of this server: made when gunicorn reads its settings, before it forks."""


def bury(server: Any, worker: Any) -> None:
    """Count and log the end of a worker, unless it was asked to end.

    Args:
        server: gunicorn's arbiter, without listeners once it stops.
        worker: an `app.worker.Worker`.
    """
    # gunicorn says nothing of an exit with 0.
    end = server.log.ends.pop(worker.pid, "exit code 0")
    if not server.LISTENERS or worker.said_farewell() or end == "SIGTERM":
        server.log.info("Worker (pid: %s) ended: %s", worker.pid, end)
        return
    age = time.monotonic() - worker.started
    DEATHS.add(age)
    server.log.error("Worker (pid: %s) died %.0f seconds after its start: %s", worker.pid, age, end)
