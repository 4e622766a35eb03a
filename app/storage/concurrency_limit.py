"""How many requests may wait for the storage at once."""

import threading

from app.storage import StorageUnavailableError


class ConcurrencyLimit:
    """A context that at most so many threads are in; one too many is refused at once.

    Args:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self.free = count
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if not self.free:
                raise StorageUnavailableError("Too many requests wait for the storage.")
            self.free -= 1

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self.free += 1
