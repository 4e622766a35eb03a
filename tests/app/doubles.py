"""Storages for tests of what stands above the storage."""

from app.records import Record
from app.storage import Page, StorageUnavailableError

LONGEST_SECONDS = 30
"""For what has a deadline of a second or less, on a machine that is busy."""


class MemoryStorage:
    """Keeps records in a dictionary, as DynamoDB would: by address, in the order of ids."""

    def __init__(self):
        self.records: dict[str, dict[str, Record]] = {}

    def put(self, record):
        self.records.setdefault(record.address, {})[record.id] = record

    def page(self, address, limit, before=None):
        ids = sorted(self.records.get(address, {}), reverse=True)
        older = [key for key in ids if before is None or key < before]
        kept = [self.records[address][key] for key in older[:limit]]
        return Page(kept, more=len(older) > limit)

    def check(self):
        pass

    def all(self) -> list[Record]:
        return [record for records in self.records.values() for record in records.values()]


class FailingStorage:
    """Answers every call with the error that it was made with."""

    def __init__(self, error: Exception | None = None):
        self.error = error or StorageUnavailableError("The storage is busy.", 7)

    def put(self, record):
        raise self.error

    def page(self, address, limit, before=None):
        raise self.error

    def check(self):
        raise self.error


def close_idle(connections):
    """Close the connections that a test leaves behind; the service keeps them until it exits."""
    while connections._idle:
        connections._idle.pop().close()
