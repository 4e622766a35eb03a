"""Finding the emulator that runs in this checkout."""

import json
from dataclasses import asdict, dataclass

from emulator import paths
from scripts.base import locks
from scripts.base.errors import RefusedError


@dataclass(frozen=True)
class Connection:
    """How to reach an emulator.

    Attributes:
        pid: process id of the daemon.
        endpoint: URL of the emulated AWS.
    """

    pid: int
    endpoint: str

    def publish(self) -> None:
        """Write the connection in one step, so that no reader sees half of it."""
        draft = paths.CONNECTION.with_suffix(".tmp")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(paths.CONNECTION)


def find() -> Connection | None:
    """Return the connection of the running emulator, None where none runs or is ready."""
    if not locks.is_held(paths.DAEMON_LOCK):
        return None
    try:
        return Connection(**json.loads(paths.CONNECTION.read_text()))
    except (OSError, ValueError):
        return None


def require() -> Connection:
    """Return the connection of the running emulator.

    Raises:
        RefusedError: no emulator runs.
    """
    connection = find()
    if connection is None:
        raise RefusedError("no emulator is running here", next_step="Run: make up")
    return connection
