"""Where the emulator keeps everything: below `.emulator/`, which git ignores."""

from scripts.base.project import ROOT

EMULATOR = ROOT / ".emulator"

COMMAND_LOCK = EMULATOR / "command.lock"
"""Held by the command that acts on the emulator, one at a time."""

DAEMON_LOCK = EMULATOR / "daemon.lock"
"""Held by the emulator's daemon for as long as it lives."""

CONNECTION = EMULATOR / "emulator.json"
"""How commands reach the daemon; written when it is ready."""

LOG = EMULATOR / "emulator.log"
"""What the daemon and the emulated AWS say."""

RUN = EMULATOR / "run"
"""What belongs to one run of the daemon: machines, images, Terraform's working data."""

MACHINES = RUN / "machines"
REGISTRY = RUN / "registry"
WORK = RUN / "work"
EMPTY = RUN / "empty"
ERRORS = RUN / "errors.log"
PORTS = RUN / "ports.json"
