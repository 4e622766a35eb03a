"""Where records are kept: what the service asks of a storage, and what a storage may answer."""

from dataclasses import dataclass
from typing import Protocol

from app.records import Record


class StorageUnavailableError(Exception):
    """The storage did not confirm in time; whatever was asked must not be answered as done.

    Args:
        reason: what a client may know of the cause, one sentence.
        retry_after_seconds: when another try makes sense.
    """

    def __init__(self, reason: str, retry_after_seconds: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class Page:
    """Records of one caller, newest first.

    Attributes:
        records: at most as many as were asked for.
        more: whether older ones follow.
    """

    records: list[Record]
    more: bool


class Storage(Protocol):
    """Keeps records. Every call is safe from many threads and returns within the deadline.

    Every method raises `StorageUnavailableError` when the storage does not answer in time.
    """

    def put(self, record: Record) -> None:
        """Store a record; it is durable when this returns."""

    def page(self, address: str, limit: int, before: str | None = None) -> Page:
        """Read an address's records, newest first, that of a visit just answered included.

        Args:
            address: canonical text; no other address's records can be reached.
            limit: at most so many records.
            before: only records with a smaller id.
        """

    def check(self) -> None:
        """Read the table once, cheaply and with a short timeout."""
