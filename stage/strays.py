"""Processes that outlived their stage or their command: found by their environment.

Each process of a machine has the machine's directory in its environment, and each command that acts
on the stage has the stage's working folder, whoever its parent is by now. Process ids alone may
since belong to somebody else.
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
        directory: of the machines, or of the whole stage; it need not exist any more.
    """
    mark = f"={directory.resolve()}{os.sep}".encode()
    strays = [pid for pid, environment in _environments() if mark in environment]
    for pid in strays:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return strays


def _environments() -> Iterator[tuple[int, bytes]]:
    """This user's processes, without this one, each with its environment in one piece."""
    if sys.platform == "linux":
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with contextlib.suppress(OSError):
                    yield int(entry.name), (entry / "environ").read_bytes()
        return
    listing = subprocess.run(
        ["ps", "-xEww", "-o", "pid=,command="], capture_output=True, check=True
    ).stdout
    for line in listing.splitlines():
        number, _, rest = line.strip().partition(b" ")
        if int(number) != os.getpid():
            yield int(number), rest
