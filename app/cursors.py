"""Cursors: where a page of the history ended, as an opaque text.

A cursor holds an id and no address. The storage reads within the caller's own partition whatever
the cursor says, so a forged one only moves the reader about in the reader's own records.
"""

import base64
import re
import uuid

_ANY = "[A-Za-z0-9_-]"
# Base64 of a UUID's 16 bytes. Its version (7), its variant and the unused bits of the last
# character are fixed, so that exactly the cursors that `encode` can write match.
PATTERN = f"^{_ANY}{{8}}[c-f]{_ANY}[CGKOSWaeimquy26-]{_ANY}{{10}}[AQgw]$"


def encode(record_id: str) -> str:
    """Write the cursor that continues after a record."""
    return base64.urlsafe_b64encode(uuid.UUID(record_id).bytes).rstrip(b"=").decode()


def decode(cursor: str) -> str:
    """Read the id of the record that a cursor continues after.

    Raises:
        ValueError: this service does not write such a cursor.
    """
    if not re.fullmatch(PATTERN, cursor):
        raise ValueError("the cursor is not one of this service")
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(f"{cursor}==")))
