"""Process sessions: who belongs to a machine, and the end of all of them.

A machine is one session (setsid), so that what it started is found even when the process that
started it is gone. Works where there is no `/proc`, through `ps`.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

KILL_SECONDS = 10.0


def members(session: int) -> list[int]:
    """Process ids of a session that still run; zombies, which nobody can kill, left out."""
    return [pid for pid in _running() if _session_of(pid) == session]


def kill(session: int, *, spare: int = 0) -> None:
    """Kill (SIGKILL) every process of a session and return when none is left.

    Args:
        session: id of the session.
        spare: process id that is left alone, for a member that ends the others.

    Raises:
        TimeoutError: one is still there after KILL_SECONDS.
    """
    deadline = time.monotonic() + KILL_SECONDS
    while doomed := [pid for pid in members(session) if pid != spare]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes of session {session} cannot be killed: {doomed}")
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:  # gone meanwhile, or (macOS) somebody else's
        return -1


def _running() -> Iterator[int]:
    if sys.platform == "linux":
        yield from _running_by_proc()
        return
    listing = subprocess.run(["ps", "-axo", "pid=,stat="], capture_output=True, check=True)
    for line in listing.stdout.decode().splitlines():
        pid, status = line.split()[:2]
        if not status.startswith("Z"):
            yield int(pid)


def _running_by_proc() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name, in brackets, may hold anything; the state follows it.
            status = (entry / "stat").read_bytes().rpartition(b")")[2].split()[0]
        except OSError:
            continue
        if status not in (b"Z", b"X"):
            yield int(entry.name)
