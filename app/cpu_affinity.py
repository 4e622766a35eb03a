"""A CPU for each worker.

One interpreter runs one thread at a time. Where its threads are spread over CPUs, each hand-over of
the interpreter wakes another CPU; on one CPU it is a plain switch. docs/decisions/0022 has the
figures.
"""

import os
from collections import Counter
from collections.abc import Iterable


def least_used(taken: Iterable[int], allowed: Iterable[int]) -> int:
    """Return the CPU with the fewest workers, the lowest of equals.

    Args:
        taken: the CPU of each worker that lives.
        allowed: the CPUs that this process may use; at least one.
    """
    counts = Counter(taken)
    return min(allowed, key=lambda cpu: (counts[cpu], cpu))


def allowed() -> set[int]:
    """Return the CPUs that this process may use; none where the system does not say (macOS)."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def stay_on(cpu: int) -> None:
    """Run this process, and threads that it starts from now on, on one CPU."""
    os.sched_setaffinity(0, {cpu})
