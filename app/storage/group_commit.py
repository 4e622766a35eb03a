"""Group commit: concurrent requests share one write, and each waits for its own item.

There is no writing thread. The request that finds no write under way leads: it writes its own item
and what is queued in one batch, and hands the lead to the longest waiting request. So a lone
request writes at once, a batch grows only while another is under way, nothing has to be started
after a fork, and a worker that lets its requests finish has flushed.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar

from app.storage import StorageUnavailableError
from app.storage.faults import BROKEN, BUSY, TIMED_OUT, Fault, FaultError
from app.storage.ticket import Ticket

Item = TypeVar("Item")
Write = Callable[[Sequence[Item], float], Collection[Item]]

_BACKOFF_SECONDS = 0.05
_LONGEST_BACKOFF_SECONDS = 1.0


class GroupCommit(Generic[Item]):
    """Writes items in batches, in the order in which they came.

    Args:
        write: stores a batch before a `time.monotonic()` deadline and returns the items that the
            storage left out. Raises `FaultError` when it does not know any of them to be stored.
            Items can be hashed, and writing one twice does no harm.
        batch_size: the largest batch that `write` takes.
        writers: how many batches may be under way at once. How many items wait is the caller's to
            limit.
    """

    def __init__(self, write: Write[Item], *, batch_size: int, writers: int = 1) -> None:
        self._write = write
        self._batch_size = batch_size
        self._writers = writers
        # Guards all below, and where each ticket is: queued, in a batch, leading or abandoned.
        # While anything is queued there is a leader.
        self._lock = threading.Lock()
        self._queue: deque[Ticket[Item]] = deque()
        self._leaders = 0
        self._failures = 0
        self._not_before = 0.0
        self._last_fault: Fault | None = None

    def put(self, item: Item, deadline: float) -> None:
        """Store an item; it is durable when this returns.

        Args:
            item: what to store.
            deadline: `time.monotonic()` after which its request no longer waits.

        Raises:
            StorageUnavailableError: the item is not known to be stored.
        """
        ticket = Ticket(item, deadline)
        with self._lock:
            if self._leaders < self._writers:
                self._leaders += 1
                ticket.leads = True
            else:
                self._queue.append(ticket)
        if not ticket.leads and not ticket.wait():
            self._abandon(ticket)
        if ticket.leads:
            self._lead(ticket)
        if ticket.fault is not None:
            raise StorageUnavailableError(ticket.fault.reason, ticket.fault.retry_after_seconds)

    def _abandon(self, ticket: Ticket[Item]) -> None:
        with self._lock:
            if ticket.settled or ticket.leads:
                return
            ticket.abandoned = True
            if ticket in self._queue:
                self._queue.remove(ticket)
            ticket.fault = self._last_fault or TIMED_OUT

    def _lead(self, ticket: Ticket[Item]) -> None:
        decided: list[Ticket[Item]] = []
        try:
            while not ticket.settled:
                _wake(decided)
                decided = self._round(ticket)
        finally:
            # The next batch first: it is under way while the others of this one are answered.
            self._hand_over()
            _wake(decided)

    def _round(self, leader: Ticket[Item]) -> list[Ticket[Item]]:
        """Write one batch; return the other tickets whose outcome it decided."""
        self._back_off(leader.deadline)
        if time.monotonic() >= leader.deadline:
            leader.settle(self._last_fault or TIMED_OUT)
            return []
        batch = self._next_batch(leader)
        try:
            left_out = self._write([ticket.item for ticket in batch], leader.deadline)
        except FaultError as error:
            self._failed(batch, leader, error.fault)
        except BaseException:
            for ticket in batch:
                ticket.settle(BROKEN)
            _wake(batch[1:])
            raise
        else:
            self._written(batch, leader, left_out)
        return [ticket for ticket in batch[1:] if ticket.settled]

    def _back_off(self, deadline: float) -> None:
        pause = min(self._not_before, deadline) - time.monotonic()
        if pause > 0:
            time.sleep(pause)

    def _next_batch(self, leader: Ticket[Item]) -> list[Ticket[Item]]:
        with self._lock:
            company = min(self._batch_size - 1, len(self._queue))
            return [leader, *(self._queue.popleft() for _ in range(company))]

    def _written(
        self, batch: list[Ticket[Item]], leader: Ticket[Item], left_out: Collection[Item]
    ) -> None:
        remaining: list[Ticket[Item]] = []
        for ticket in batch:
            if left_out and ticket.item in left_out:
                remaining.append(ticket)
            else:
                ticket.settle()
        if len(remaining) < len(batch):
            self._failures = 0
            self._last_fault = None
        if remaining:
            self._failed(remaining, leader, BUSY)

    def _failed(self, batch: list[Ticket[Item]], leader: Ticket[Item], fault: Fault) -> None:
        self._last_fault = fault
        if not fault.transient:
            for ticket in batch:
                ticket.settle(fault)
            return
        with self._lock:
            longest = min(_BACKOFF_SECONDS * 2**self._failures, _LONGEST_BACKOFF_SECONDS)
            self._failures = min(self._failures + 1, 10)
            self._not_before = time.monotonic() + random.uniform(longest / 2, longest)
            waiting = [t for t in batch if t is not leader and not t.abandoned]
            self._queue.extendleft(reversed(waiting))

    def _hand_over(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().promote()
            else:
                self._leaders -= 1


def _wake(tickets: list[Ticket[Item]]) -> None:
    for ticket in tickets:
        ticket.wake()
