"""Finding the stage that runs in this checkout."""

import json
from dataclasses import asdict, dataclass

from scripts.base import locks
from scripts.base.errors import RefusedError
from stage import paths


@dataclass(frozen=True)
class Connection:
    """How to reach a stage.

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
    """Return the connection of the running stage, None where none runs or is ready."""
    if not locks.is_held(paths.DAEMON_LOCK):
        return None
    try:
        return Connection(**json.loads(paths.CONNECTION.read_text()))
    except (OSError, ValueError):
        return None


def require() -> Connection:
    """Return the connection of the running stage.

    Raises:
        RefusedError: no stage runs.
    """
    connection = find()
    if connection is None:
        raise RefusedError("no stage is running here", next_step="Run: make up")
    return connection
