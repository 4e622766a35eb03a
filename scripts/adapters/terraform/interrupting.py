"""Asking a Terraform that works to end in order, and once: it takes a second time for "at once".

Terraform finishes what it has begun after one interrupt and saves its state. After two it exits
without ("Two interrupts received. Exiting immediately"), and what it was making is in no state. So
whoever asks takes the note of its process away first.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.base import locks

NOTE = "running-process"
LOCK = "lock"
POLL_SECONDS = 0.5


@contextmanager
def noted(work: Path, process: int) -> Iterator[None]:
    """Note which process works in a folder, until it has ended."""
    note = work / NOTE
    note.write_text(str(process))
    yield
    note.unlink(missing_ok=True)


def interrupt(work: Path) -> bool:
    """Ask the Terraform of a working folder to end; return whether this was the first to ask."""
    note = work / NOTE
    try:
        process = int(note.read_text())
        note.unlink()
        os.kill(process, signal.SIGINT)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    return True


def let_end(work: Path, seconds: float) -> bool:
    """Ask the Terraform of a working folder to end and wait; return whether it has.

    Args:
        work: the folder, whose lock a Terraform holds as long as it lives.
        seconds: to wait at most.
    """
    lock = work / LOCK
    if locks.is_held(lock):
        interrupt(work)
    deadline = time.monotonic() + seconds
    while locks.is_held(lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
