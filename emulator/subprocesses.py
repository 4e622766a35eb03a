"""Running a command of the project as a child that acts on the emulator."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.connection import Connection
from emulator.environment import emulator_environment
from scripts.base.project import ROOT


def run_command(connection: Connection, account_id: str, module: str, *arguments: str) -> int:
    """Run `python -m module arguments` in an account of the emulator and return its exit code.

    Ctrl-C reaches the child itself, as a member of the terminal's foreground group; this process
    waits for it to end in good order.
    """
    with _interrupts_left_to_the_child():
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=emulator_environment(connection, account_id),
            stdin=subprocess.DEVNULL,
        )
        code = child.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _interrupts_left_to_the_child() -> Iterator[None]:
    # A handler, not SIG_IGN: an ignored signal would be ignored by the child too.
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
