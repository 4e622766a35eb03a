"""A visit, as it is stored and answered."""

import time
from dataclasses import asdict, dataclass

from app import addresses, ids


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
        document = asdict(self)
        del document["expires_at"]
        return document


def record(reversal: addresses.Reversal, stamp: ids.Stamp, retention_seconds: int) -> Record:
    """Make the record of a visit at the moment that `stamp` names."""
    seconds, milliseconds = divmod(stamp.milliseconds, 1000)
    seen_at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{milliseconds:03d}Z"
    return Record(stamp.id, *reversal, seen_at, seconds + retention_seconds)
