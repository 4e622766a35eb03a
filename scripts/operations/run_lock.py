"""Whose workflow run holds the lock on a state, and whether that run is over.

Terraform's lock names `Who` (user@host) and `Created`, and on GitHub's machines neither tells one
run from another. So a job notes its run beside the lock, as `<key>.tflock.run`, before its
Terraform can take it, and removes the note when Terraform has ended. A lock that was taken under
such a note belongs to that run; once GitHub says that the run is over, the lock is no longer in use
(docs/decisions/0053).
"""

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scripts.adapters.github.client import asking, repository
from scripts.adapters.terraform.state_lock import is_ours, read_object
from scripts.base import clock
from scripts.base.console import say

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Note:
    """Which run may hold the lock.

    Attributes:
        run: its number, as GITHUB_RUN_ID.
        attempt: which attempt of it, from 1.
        who: user@host of its Terraform.
        since: when it was noted (UTC, ISO 8601).
    """

    run: int
    attempt: int
    who: str
    since: str

    def __str__(self) -> str:
        return f"run {self.run}, attempt {self.attempt}"


@dataclass(frozen=True)
class Lock:
    """A lock on a state as it was found.

    Attributes:
        id: Terraform's, which `terraform force-unlock` asks for as well.
        who: user@host.
        created: when (UTC, ISO 8601); empty where Terraform did not say.
        note: the run that took it; None where it was no workflow's.
    """

    id: str
    who: str
    created: str
    note: Note | None

    def sentence(self) -> str:
        """Return owner and age for a person."""
        whose = f" of {self.note}" if self.note else ""
        return f"{self.who}{whose}, since {self.created}, id {self.id}"


def find(s3: "S3Client", bucket: str, key: str) -> Lock | None:
    """Return the lock on a state.

    Args:
        s3: the client.
        bucket: the state's bucket.
        key: the state's key.
    """
    lock = read_object(s3, bucket, f"{key}.tflock")
    if lock is None:
        return None
    words = {name: str(lock.get(name, "")) for name in ("ID", "Who", "Created")}
    note = _note(s3, bucket, key)
    taken = note and is_ours(lock, datetime.fromisoformat(note.since), note.who)
    return Lock(words["ID"], words["Who"], words["Created"], note if taken else None)


def remove(s3: "S3Client", bucket: str, key: str) -> None:
    """Remove the lock on a state, and the note beside it."""
    for name in (f"{key}.tflock", _name(key)):
        s3.delete_object(Bucket=bucket, Key=name)


@contextmanager
def noted(s3: "S3Client", bucket: str, key: str) -> Iterator[None]:
    """Release what a dead run left, and note this one while its Terraform works.

    Outside of a workflow it does neither: `state_lock` knows the machine's own Terraform.
    """
    if "GITHUB_RUN_ID" not in os.environ:
        yield
        return
    lock = find(s3, bucket, key)
    if lock and not is_over(lock):
        # The note is its owner's while it lives; Terraform waits for it, and says whose it is.
        yield
        return
    if lock:
        remove(s3, bucket, key)
        say(f"removed the state lock of a run that is over: {lock.sentence()}")
    note = Note(
        run=int(os.environ["GITHUB_RUN_ID"]),
        attempt=_attempt(),
        who=f"{getpass.getuser()}@{socket.gethostname()}",
        since=clock.now(),
    )
    s3.put_object(Bucket=bucket, Key=_name(key), Body=json.dumps(asdict(note)).encode())
    yield
    # Not after a failure: a Terraform that lost its connection may have left the lock.
    s3.delete_object(Bucket=bucket, Key=_name(key))


def is_over(lock: Lock) -> bool:
    """Whether the workflow run that took a lock is over; asks GitHub where it has to.

    Raises:
        SlipwayError: GitHub refuses to say.
        UnknownStateError: GitHub does not answer.
    """
    note = lock.note
    if note is None:
        return False
    if str(note.run) == os.environ.get("GITHUB_RUN_ID"):
        # An attempt begins when the one before has ended.
        return note.attempt < _attempt()
    from github import UnknownObjectException

    with asking(f"whether run {note.run} is over", "actions: read"):
        try:
            run = repository().get_workflow_run(note.run)
            over = run.status == "completed" or run.run_attempt > note.attempt
        except UnknownObjectException:
            # Somebody deleted it, which GitHub allows for runs that are over only.
            over = True
    return over


def _attempt() -> int:
    return int(os.environ.get("GITHUB_RUN_ATTEMPT", "1"))


def _name(key: str) -> str:
    return f"{key}.tflock.run"


def _note(s3: "S3Client", bucket: str, key: str) -> Note | None:
    found = read_object(s3, bucket, _name(key))
    try:
        return Note(**found) if found else None
    except TypeError:
        return None
