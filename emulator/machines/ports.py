"""Loopback ports for machines, one each, kept for as long as the machine lives."""

import random
import socket
import sys
from dataclasses import dataclass

# Below the ports that Linux (32768-60999) and macOS (49152-65535) give to outgoing connections,
# so that no connection takes a machine's port while its container restarts.
FIRST, LAST = 20_000, 32_000
ATTEMPTS = 200


@dataclass
class Port:
    """A port that is taken until `release`."""

    number: int
    _holder: socket.socket | None

    def release(self) -> None:
        """Give the port back."""
        if self._holder is not None:
            self._holder.close()


def reserve() -> Port:
    """Take a free loopback port.

    On Linux a socket that is bound and never listens holds it: another emulator's search passes it
    by, while a server with SO_REUSEADDR (gunicorn's) can still bind it.

    Raises:
        OSError: no free port was found.
    """
    for _ in range(ATTEMPTS):
        number = random.randint(FIRST, LAST)
        if _is_free(number):
            return Port(number, _hold(number))
    raise OSError(f"no free loopback port between {FIRST} and {LAST}")


def _is_free(number: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
        return True


def _hold(number: int) -> socket.socket | None:
    if sys.platform != "linux":
        return None
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", number))
    return holder
