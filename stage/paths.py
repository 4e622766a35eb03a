"""Where the stage keeps everything: below `.stage/`, which git ignores."""

from scripts.base.project import ROOT

STAGE = ROOT / ".stage"

COMMAND_LOCK = STAGE / "command.lock"
"""Held by the command that acts on the stage, one at a time."""

DAEMON_LOCK = STAGE / "daemon.lock"
"""Held by the stage's daemon for as long as it lives."""

CONNECTION = STAGE / "stage.json"
"""How commands reach the daemon; written when it is ready."""

LOG = STAGE / "stage.log"
"""What the daemon and the emulated AWS say."""

WORLD = STAGE / "world"
"""What belongs to one run of the daemon: machines, images, Terraform's working data."""

MACHINES = WORLD / "machines"
REGISTRY = WORLD / "registry"
WORK = WORLD / "work"
EMPTY = WORLD / "empty"
ERRORS = WORLD / "errors.log"
PORTS = WORLD / "ports.json"
