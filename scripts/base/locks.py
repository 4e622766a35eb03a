"""One process at a time, by a lock that dies with its holder.

An advisory lock on a file (`flock`) is released by the kernel however its holder ends, so a killed
command never blocks the next one. A child that inherits the descriptor keeps the lock for as long
as it lives.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.base.console import step
from scripts.base.errors import RefusedError


def is_held(path: Path) -> bool:
    """Whether some process holds the lock at `path`."""
    try:
        with path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def holder(path: Path) -> str:
    """Return who holds the lock at `path`, as its holder says; empty where no process does."""
    return path.read_text(errors="replace") or "another command" if is_held(path) else ""


@contextmanager
def held(path: Path, holder: str) -> Iterator[int]:
    """Hold the lock at `path`, waiting with a notice while another process has it.

    Args:
        path: the lock's file; its folder is made where it is missing.
        holder: what the next one who waits is told: "make up dev (pid 4711)".

    Yields:
        The lock's file descriptor, for children that should keep the lock.

    Raises:
        RefusedError: the file cannot be made.
    """
    descriptor = _open_and_acquire(path)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, holder.encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _open_and_acquire(path: Path) -> int:
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise RefusedError(
                f"cannot write to {path.parent}",
                which=str(error),
                next_step="Make the folder writable, or remove what is in its place.",
            ) from error
        _acquire(descriptor)
        # Its last holder may have removed the file: a lock on a removed file keeps no process out.
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
        os.close(descriptor)


def _acquire(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.pread(descriptor, 200, 0).decode(errors="replace") or "another command"
        with step(f"waiting for {other} to end"):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
