"""A container: its directory, its state, and how it is stopped."""

import contextlib
import json
import os
import shutil
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from emulator.images.errors import ImageError

POLL_SECONDS = 0.05


@dataclass
class State:
    """What `docker inspect` would tell.

    Attributes:
        image: name that it was started from.
        pid: its main process, 0 once that has ended; also the id of its process group.
        exit_code: of the main process, None while it runs.
        ports: published host port by container port.
    """

    image: str
    pid: int
    exit_code: int | None
    ports: dict[str, int]


class Container:
    """A container by name.

    Args:
        directory: `containers/NAME`.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.name = directory.name

    @property
    def root(self) -> Path:
        """Its file system."""
        return self.directory / "root"

    @property
    def log(self) -> Path:
        """What it wrote."""
        return self.directory / "log"

    @classmethod
    def find(cls, containers: Path, name: str) -> "Container":
        """Return a container that exists.

        Raises:
            ImageError: it does not.
        """
        container = cls(containers / name)
        if not container.directory.is_dir():
            raise ImageError(f"No such container: {name}")
        return container

    def create(self) -> None:
        """Take the name.

        Raises:
            ImageError: it is taken.
        """
        try:
            self.directory.mkdir(parents=True)
        except FileExistsError as error:
            raise ImageError(
                f'Conflict. The container name "/{self.name}" is already in use.'
            ) from error

    def save(self, state: State) -> None:
        """Write the state in one step."""
        draft = self.directory / "state.tmp"
        draft.write_text(json.dumps(asdict(state)))
        draft.replace(self.directory / "state.json")

    def state(self) -> State | None:
        """The state, None before its process started and after its removal."""
        try:
            content: dict[str, Any] = json.loads((self.directory / "state.json").read_text())
        except OSError:
            return None
        return State(**content)

    def running_pid(self) -> int | None:
        """Process id of the main process while it runs."""
        state = self.state()
        if state is None or state.exit_code is not None or not _is_ours(state.pid):
            return None
        return state.pid

    def stop(self, grace_seconds: float) -> None:
        """SIGTERM to the main process, SIGKILL to all of it after the grace, and wait."""
        pid = self.running_pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + grace_seconds
        while self.running_pid() == pid and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to every process of the container."""
        state = self.state()
        if state is not None:
            kill_group(state.pid)

    def remove(self) -> None:
        """Forget the container and its files."""
        shutil.rmtree(self.directory, ignore_errors=True)


def kill_group(group: int) -> None:
    """SIGKILL to a container's processes, if they belong to this machine's session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _is_ours(pid: int) -> bool:
    # A number alone could meanwhile be another process's.
    try:
        return os.getsid(pid) == os.getsid(0) and os.getpgid(pid) == pid
    except OSError:
        return False
