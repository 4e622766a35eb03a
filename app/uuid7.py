"""Identifiers that sort by time: UUID version 7 (RFC 9562)."""

import random
import threading
import time
from typing import NamedTuple

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_TICKS_PER_MILLISECOND = 4096


class Stamp(NamedTuple):
    """An identifier and the moment that it names.

    Attributes:
        id: UUID text; of two ids the later one is the greater string.
        milliseconds: Unix time of the id's making.
    """

    id: str
    milliseconds: int


class Generator:
    """Gives out ids, each greater than the one before.

    The twelve bits after the milliseconds hold their fraction (RFC 9562, section 6.2, method 3). A
    second id in the same 244 ns, or after the system's clock was set back, takes the next tick, so
    ids of one process never repeat a time; 62 random bits keep processes apart.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def generate(self) -> Stamp:
        """Make an id for this moment."""
        ticks = time.time_ns() * _TICKS_PER_MILLISECOND // 1_000_000
        with self._lock:
            self._last = ticks = max(ticks, self._last + 1)
        milliseconds, fraction = divmod(ticks, _TICKS_PER_MILLISECOND)
        # Not os.urandom, which lets other threads run: an id is no secret, and a fork reseeds this.
        noise = random.getrandbits(62)
        value = milliseconds << 80 | _VERSION | fraction << 64 | _VARIANT | noise
        digits = f"{value:032x}"
        return Stamp(
            f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}",
            milliseconds,
        )
