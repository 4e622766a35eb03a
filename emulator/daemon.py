"""Starting and ending the emulator's daemon."""

import os
import signal
import subprocess
import sys
import time

from emulator import paths
from emulator.connection import Connection, find
from emulator.environment import base_environment
from scripts.base import locks
from scripts.base.console import step
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 60.0


def start() -> Connection:
    """Return the connection of the running daemon, started where none runs.

    Raises:
        SlipwayError: it ended, or was not ready in time; its log's end is shown.
    """
    return find() or _start()


def _start() -> Connection:
    with step("starting the emulator"), paths.LOG.open("ab") as log:
        begun = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator.server"],
            cwd=ROOT,
            env=base_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            connection = find()
            if connection is not None:
                return connection
            time.sleep(0.1)
        process.kill()
    said = paths.LOG.read_bytes()[begun:].decode(errors="replace").splitlines()
    raise SlipwayError(
        "the emulator did not start",
        which=said[-15:] or "it said nothing",
        next_step=f"Its whole log: {paths.LOG.relative_to(ROOT)}. Mend the cause, then: make up",
    )


def stop() -> bool:
    """End the daemon and everything that it started; False where none ran."""
    if not locks.is_held(paths.DAEMON_LOCK):
        return False
    connection = find()
    with step("stopping the emulator"):
        if connection is not None:
            _end(connection.pid)
        elif (pid := _pid_of_the_lock()) is not None:
            _end(pid)
    return True


def _pid_of_the_lock() -> int | None:
    """The daemon names its process id last in its lock, so it is known before it is ready."""
    words = paths.DAEMON_LOCK.read_text().split()
    return int(words[-1]) if words and words[-1].isdigit() else None


def _end(pid: int) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if not locks.is_held(paths.DAEMON_LOCK):
                return
            time.sleep(0.1)
