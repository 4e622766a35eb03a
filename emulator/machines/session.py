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
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

KILL_SECONDS = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")


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


def cpu_seconds() -> dict[int, float]:
    """CPU time, user and system, of every session: of its processes and their ended children."""
    used: dict[int, float] = defaultdict(float)
    if sys.platform == "linux":
        for _, fields in _entries():
            used[int(fields[3])] += sum(map(int, fields[11:15])) / _TICKS
        return used
    listing = subprocess.run(["ps", "-axo", "pid=,time="], capture_output=True, check=True)
    for line in listing.stdout.decode().splitlines():
        pid, clock = line.split()
        used[_session_of(int(pid))] += _seconds(clock)
    return used


def _seconds(clock: str) -> float:
    """Seconds of `[[days-]hours:]minutes:seconds`."""
    days, _, rest = clock.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part)
    return total + 86400 * int(days or 0)


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
    for entry, fields in _entries():
        if fields[0] not in (b"Z", b"X"):
            yield int(entry.name)


def _entries() -> Iterator[tuple[Path, list[bytes]]]:
    """Processes and, from their state on, the fields of proc_pid_stat(5)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name, in brackets, may hold anything.
                yield entry, (entry / "stat").read_bytes().rpartition(b")")[2].split()
