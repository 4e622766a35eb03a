"""Processes that outlived their emulator or their command: found by their environment.

Each process of a machine has the machine's directory in its environment, and each command that acts
on the emulator has the emulator's working folder, whatever its parent is by now. A process id alone
may since belong to another program.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def kill(directory: Path) -> list[int]:
    """Kill (SIGKILL) every process that a path below a directory was given to; return their ids.

    Args:
        directory: of the machines, or of the whole emulator; it need not exist any more.
    """
    mark = f"={directory.resolve()}{os.sep}".encode()
    own = _own()
    orphans = [
        pid for pid, environment in _environments() if pid not in own and mark in environment
    ]
    for pid in orphans:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return orphans


def _own() -> set[int]:
    """This process and those that started it: a shell with the emulator's environment is theirs."""
    own, parent = {os.getpid()}, os.getppid()
    while parent > 1:
        own.add(parent)
        asked = ["ps", "-o", "ppid=", "-p", str(parent)]
        parent = int(subprocess.run(asked, capture_output=True, check=False).stdout or 0)
    return own


def _environments() -> Iterator[tuple[int, bytes]]:
    """This user's processes, each with its environment in one piece."""
    if sys.platform == "linux":
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    yield int(entry.name), (entry / "environ").read_bytes()
        return
    listing = subprocess.run(
        ["ps", "-xEww", "-o", "pid=,command="], capture_output=True, check=True
    ).stdout
    for line in listing.splitlines():
        number, _, rest = line.strip().partition(b" ")
        yield int(number), rest
