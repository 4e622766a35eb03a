"""One item's place in a group commit."""

import threading
import time
from typing import Generic, TypeVar

from app.storage.faults import Fault

Item = TypeVar("Item")


class Ticket(Generic[Item]):
    """What a request holds while its item is on the way.

    Attributes:
        item: what to store.
        deadline: `time.monotonic()` after which its request stops waiting.
        leads: its request writes the next batch.
        abandoned: its request has stopped waiting.
        stored: the storage confirmed it.
        fault: why it is not known to be stored.
    """

    __slots__ = ("_turn", "abandoned", "deadline", "fault", "item", "leads", "stored")

    def __init__(self, item: Item, deadline: float) -> None:
        self.item = item
        self.deadline = deadline
        self.leads = False
        self.abandoned = False
        self.stored = False
        self.fault: Fault | None = None
        # A bare lock wakes one thread once, at a tenth of an Event's cost.
        self._turn = threading.Lock()
        self._turn.acquire()

    @property
    def settled(self) -> bool:
        """Whether its outcome is known."""
        return self.stored or self.fault is not None

    def wait(self) -> bool:
        """Wait until it is settled or leads; false when its deadline comes first."""
        return self._turn.acquire(timeout=max(0.0, self.deadline - time.monotonic()))

    def settle(self, fault: Fault | None = None) -> None:
        """Give its outcome: stored, unless there is a fault."""
        self.fault = fault
        self.stored = fault is None

    def wake(self) -> None:
        """Let its request go on."""
        self._turn.release()

    def promote(self) -> None:
        """Make its request the leader and wake it."""
        self.leads = True
        self.wake()
