"""`make down`: end the emulator and leave nothing behind."""

import os
import shutil

from emulator import daemon, orphans, paths
from scripts.base import locks
from scripts.base.command import run
from scripts.base.console import say


def main(_: list[str]) -> int:
    """End the emulator; harmless where none runs."""
    with locks.held(paths.COMMAND_LOCK, f"make down (pid {os.getpid()})"):
        stopped = daemon.stop()
        # A command that goes on without its terminal, or the Terraform that it started.
        orphans.kill(paths.RUN)
        for path in paths.EMULATOR.iterdir():
            # The lock goes last: whoever waits for it must find the folder that it is in.
            if path != paths.COMMAND_LOCK:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(paths.EMULATOR)
    say("the emulator is down" if stopped else "no emulator was running")
    say("next: make up")
    return 0


if __name__ == "__main__":
    run(main)
