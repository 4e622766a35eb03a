"""The one writer of ledger and hold: two objects of an environment in the bucket of its account.

Every write and delete is conditional: it replaces the very value that the caller has seen, or makes
the first one, so that of two runs one is refused and nothing is overwritten. The bucket's policy
denies any other. Source: S3 User Guide, "How to prevent object overwrites with conditional writes"
and "How to perform conditional deletes" (If-Match, If-None-Match; 412 where the condition does not
hold, 409 where another request was faster, 404 where If-Match meets no object).
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from scripts.base import place
from scripts.base.errors import ConflictError, OvertakenError
from scripts.domain import facts, holds, ledger
from scripts.domain.facts import Facts
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOST = (404, 409, 412)
"""Statuses of a conditional request whose condition did not hold."""


class StateStore:
    """Facts, ledger and hold of one environment.

    Args:
        s3: the client.
        bucket: of the environment's account.
        environment: its name, the folder of its objects.
    """

    def __init__(self, s3: "S3Client", bucket: str, environment: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._environment = environment

    def facts(self) -> Facts | None:
        """Return what Terraform published, or None where the environment does not exist yet.

        Raises:
            UnknownStateError: the object holds no facts.
        """
        found = self._get("facts")
        return facts.parse(found[0]) if found else None

    def read(self) -> Ledger | None:
        """Return the ledger, or None while nothing was ever written down.

        Raises:
            UnknownStateError: the object holds no ledger.
        """
        found = self._get("ledger")
        return ledger.load(*found) if found else None

    def write(self, changed: Ledger) -> Ledger:
        """Replace the ledger that this one was made from; return it as it is stored.

        Raises:
            ConflictError: somebody else wrote since that one was read.
        """
        revision = self._put("ledger", ledger.dump(changed), changed.revision)
        return replace(changed, revision=revision)

    def hold(self) -> Hold | None:
        """Return the hold, or None.

        Raises:
            UnknownStateError: the object holds something else.
        """
        found = self._get("hold")
        return holds.load(*found) if found else None

    def set_hold(self, hold: Hold, over: Hold | None) -> Hold:
        """Hold the environment; return the hold as it is stored.

        Args:
            hold: the new one.
            over: the one that it replaces, as it was read; None where there was none.

        Raises:
            ConflictError: another hold was set or lifted meanwhile.
        """
        revision = self._put("hold", holds.dump(hold), over.revision if over else "")
        return replace(hold, revision=revision)

    def lift_hold(self, hold: Hold) -> None:
        """Remove a hold; harmless where it is gone.

        Args:
            hold: as it was read.

        Raises:
            OvertakenError: another one was set meanwhile, which nobody has asked to lift.
        """
        try:
            self._s3.delete_object(**self._object("hold"), IfMatch=hold.revision)
        except ClientError as error:
            if _status(error) not in LOST:
                raise
            if self._get("hold"):
                raise OvertakenError(
                    f"another hold of {self._environment} was set meanwhile, and stays",
                    next_step=f"See who set it: {place.command('status', self._environment)}",
                ) from error

    def discard_hold(self) -> None:
        """Remove a hold that cannot be read.

        Raises:
            OvertakenError: another one was set meanwhile.
        """
        found = self._get("hold")
        if found:
            self.lift_hold(Hold("manual", "", "", "", "", revision=found[1]))

    def forget(self) -> None:
        """Remove the ledger of an environment that is gone, and lift its hold.

        Raises:
            ConflictError: another run has written the ledger meanwhile.
            OvertakenError: another one has set a hold meanwhile.
        """
        if found := self._get("ledger"):
            try:
                self._s3.delete_object(**self._object("ledger"), IfMatch=found[1])
            except ClientError as error:
                if _status(error) in LOST:
                    raise self._conflict("ledger") from error
                raise
        self.discard_hold()

    def _object(self, kind: str) -> Any:
        return {"Bucket": self._bucket, "Key": f"{self._environment}/{kind}.json"}

    def _get(self, kind: str) -> tuple[str, str] | None:
        """Return an object's text and its revision."""
        try:
            found = self._s3.get_object(**self._object(kind))
        except (self._s3.exceptions.NoSuchKey, self._s3.exceptions.NoSuchBucket):
            return None
        return found["Body"].read().decode(errors="replace"), found["ETag"]

    def _put(self, kind: str, text: str, revision: str) -> str:
        condition: Any = {"IfMatch": revision} if revision else {"IfNoneMatch": "*"}
        body = text.encode()
        try:
            return self._s3.put_object(
                **self._object(kind), **condition, Body=body, ContentType="application/json"
            )["ETag"]
        except ClientError as error:
            if _status(error) not in LOST or _is_missing(error):
                raise
            # Ours, where the first answer was lost and the client asked again.
            found = self._get(kind)
            if found and found[0] == text:
                return found[1]
            raise self._conflict(kind) from error

    def _conflict(self, kind: str) -> ConflictError:
        return ConflictError(
            f"another run wrote the {kind} of {self._environment} at the same time",
            which="nothing of this run was written over it",
            next_step="Run this again: it looks at what the other one wrote, and decides then.",
        )


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def _is_missing(error: ClientError) -> bool:
    """Whether there is no bucket: no other run is to blame for that."""
    return error.response["Error"]["Code"] == "NoSuchBucket"
