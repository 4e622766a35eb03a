"""The storage on one DynamoDB table."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from app.config import Config
from app.records import Record
from app.storage import Page, StorageUnavailableError, clients, items
from app.storage.batch_writer import BatchWriter
from app.storage.concurrency_limit import ConcurrencyLimit
from app.storage.faults import UNREACHABLE, FaultError, classify
from app.storage.group_commit import GroupCommit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Answer = TypeVar("Answer")

# BatchWriteItem's own limit.
BATCH_SIZE = 25
# Batches under way at once, by measurement: bench/README.md.
WRITERS = 16
# Threads of a worker that may wait for storage; the others keep answering /health.
MOST_WAITING = 48
_CHECK_SECONDS = 1.0
_RETRY_PAUSE_SECONDS = 0.1
_NO_SUCH_KEY = {"address": {"S": "-"}, "id": {"S": "-"}}


class DynamoStorage:
    """Keeps records in a table whose partition key is the address and whose sort key is the id.

    Args:
        config: names the table and says how long a request may take.
        writer: stores batches.
        client: for reads; tries once per call.
        probe: for `check`; tries once, with a short timeout.
    """

    def __init__(
        self,
        config: Config,
        writer: BatchWriter,
        client: "DynamoDBClient",
        probe: "DynamoDBClient",
    ) -> None:
        self._table = config.table_name
        self._deadline_seconds = config.deadline_seconds
        self._writer = writer
        self._client = client
        self._probe = probe
        self._limit = ConcurrencyLimit(MOST_WAITING)
        self._commit = GroupCommit(writer.write, batch_size=BATCH_SIZE, writers=WRITERS)

    @classmethod
    def connect(cls, config: Config) -> "DynamoStorage":
        """Make the storage with clients of its own; nothing is sent yet.

        Raises:
            ConfigurationError: there are no AWS credentials.
        """
        session = clients.session()
        client = clients.client(
            session, connections=MOST_WAITING, timeout_seconds=config.call_seconds
        )
        return cls(
            config,
            BatchWriter(session, client, config.table_name, config.call_seconds),
            client,
            clients.client(session, connections=2, timeout_seconds=_CHECK_SECONDS),
        )

    def put(self, record: Record) -> None:
        """Store a record; see `Storage`."""
        with self._limit:
            self._commit.put(record, time.monotonic() + self._deadline_seconds)

    def page(self, address: str, limit: int, before: str | None = None) -> Page:
        """Read an address's records; see `Storage`."""
        condition = "address = :address"
        values: dict[str, Any] = {":address": {"S": address}}
        if before is not None:
            condition += " AND id < :before"
            values[":before"] = {"S": before}
        with self._limit:
            answer = self._until_deadline(
                lambda: self._client.query(
                    TableName=self._table,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ConsistentRead=True,
                    ScanIndexForward=False,
                    Limit=limit + 1,
                )
            )
        records = [items.record(item) for item in answer["Items"]]
        # DynamoDB deletes within days of the expiry; a record that expired is gone at once.
        now = time.time()
        kept = [record for record in records if record.expires_at > now]
        return Page(kept[:limit], more=len(kept) > limit)

    def check(self) -> None:
        """Read a key that never exists; see `Storage`."""
        try:
            with _faults():
                self._probe.get_item(
                    TableName=self._table, Key=_NO_SUCH_KEY, ProjectionExpression="id"
                )
        except FaultError as error:
            raise StorageUnavailableError(error.fault.reason) from error

    def _until_deadline(self, call: Callable[[], Answer]) -> Answer:
        deadline = time.monotonic() + self._deadline_seconds
        while True:
            try:
                with _faults():
                    return call()
            except FaultError as error:
                fault = error.fault
                late = time.monotonic() + _RETRY_PAUSE_SECONDS >= deadline
                if late or not fault.transient:
                    raise StorageUnavailableError(
                        fault.reason, fault.retry_after_seconds
                    ) from error
            time.sleep(_RETRY_PAUSE_SECONDS)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise FaultError(classify(code, status)) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise FaultError(UNREACHABLE) from error
