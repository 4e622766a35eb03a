"""Cursors: where a page of the history ended, as an opaque text.

A cursor holds an id and no address. The storage reads within the caller's own partition whatever
the cursor says, so a forged one only moves the reader about in the reader's own records.
"""

import base64
import binascii
import uuid


def encode(record_id: str) -> str:
    """Write the cursor that continues after a record."""
    return base64.urlsafe_b64encode(uuid.UUID(record_id).bytes).rstrip(b"=").decode()


def decode(cursor: str) -> str:
    """Read the id of the record that a cursor continues after.

    Raises:
        ValueError: this service does not write such a cursor.
    """
    try:
        value = uuid.UUID(bytes=base64.b64decode(f"{cursor}==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValueError("the cursor is not one of this service") from error
    if value.version != 7 or encode(str(value)) != cursor:
        raise ValueError("the cursor is not one of this service")
    return str(value)
