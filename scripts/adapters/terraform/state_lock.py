"""The lock on a state in S3 that a killed Terraform of ours left behind.

Terraform's native lock is an object beside the state, `<key>.tflock`, JSON with `ID`, `Who`
(user@host) and `Created`; nothing removes it when its holder dies. The working folder's own lock
dies with its holder, so its holder knows that no Terraform of this folder is running. A lock that
such a one took is stale; any other is left alone, and Terraform waits for it. A workflow run never
meets its working folder again: `run_lock.py` knows the locks of those.
"""

import getpass
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.base.console import say

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MARK = "running-since"


@contextmanager
def marked(work: Path) -> Iterator[None]:
    """Leave a mark while Terraform runs; one that is still there later tells of a killed one."""
    mark = work / MARK
    mark.write_text(datetime.now(UTC).isoformat())
    yield
    mark.unlink()


def release_stale(s3: "S3Client", bucket: str, key: str, work: Path) -> None:
    """Remove the lock that an earlier Terraform of this working folder left.

    Called while the working folder's lock is held.

    Args:
        s3: the client.
        bucket: the state's bucket.
        key: the state's key.
        work: the working folder.
    """
    mark = work / MARK
    if not mark.exists():
        return
    since = datetime.fromisoformat(mark.read_text())
    name = f"{key}.tflock"
    lock = read_object(s3, bucket, name)
    if lock and is_ours(lock, since, f"{getpass.getuser()}@{socket.gethostname()}"):
        s3.delete_object(Bucket=bucket, Key=name)
        owner = f"{lock['Who']}, {lock['Created']}"
        say(f"removed the state lock of a Terraform that was killed ({owner})")
    mark.unlink()


def is_ours(lock: dict[str, Any], since: datetime, who: str) -> bool:
    """Whether a lock was taken by us since a moment."""
    try:
        # Go writes nanoseconds; Python reads at most microseconds.
        stamp = lock["Created"][:19] + "+00:00"
        created = datetime.fromisoformat(stamp)
    except (KeyError, ValueError):
        return False
    return lock.get("Who") == who and created >= since.replace(microsecond=0)


def read_object(s3: "S3Client", bucket: str, name: str) -> dict[str, Any] | None:
    """Return an object of JSON in S3; None where there is none, or something else.

    Args:
        s3: the client.
        bucket: its bucket.
        name: its key.
    """
    try:
        text = s3.get_object(Bucket=bucket, Key=name)["Body"].read()
        lock = json.loads(text)
    except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket, ValueError):
        return None
    return lock if isinstance(lock, dict) else None
