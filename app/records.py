"""A visit, as it is stored and answered."""

from dataclasses import dataclass

from app import addresses, uuid7
from app.timestamps import timestamp


@dataclass(frozen=True, slots=True)
class Record:
    """One visit of one caller.

    Attributes:
        id: UUID version 7; sorts by time.
        address: the caller's address, canonical text.
        version: of the Internet Protocol, 4 or 6.
        reversed: the address read backwards.
        reverse_pointer: the address's name in the DNS's reverse zone.
        seen_at: time of the visit, RFC 3339 in UTC with milliseconds.
        expires_at: Unix time in seconds after which DynamoDB deletes the record.
    """

    id: str
    address: str
    version: int
    reversed: str
    reverse_pointer: str
    seen_at: str
    expires_at: int

    def document(self) -> dict[str, str | int]:
        """The record as clients see it; when it expires is the storage's business."""
        return {
            "id": self.id,
            "address": self.address,
            "version": self.version,
            "reversed": self.reversed,
            "reverse_pointer": self.reverse_pointer,
            "seen_at": self.seen_at,
        }


def record(reversal: addresses.Reversal, stamp: uuid7.Stamp, retention_seconds: int) -> Record:
    """Make the record of a visit at the moment that `stamp` names."""
    seen_at = timestamp(stamp.milliseconds)
    return Record(stamp.id, *reversal, seen_at, stamp.milliseconds // 1000 + retention_seconds)
