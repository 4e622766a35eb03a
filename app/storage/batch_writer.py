"""BatchWriteItem, the one call on the path of every visit, without the general client.

Everything else, and where this call goes and how it is signed for, is botocore's: its endpoint, its
credentials (refreshed as ever), its certificates. docs/decisions/0021 has the figures.
"""

import binascii
import json
import re
import ssl
import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
from botocore.exceptions import BotoCoreError
from botocore.httpsession import get_cert_path

from app.config import ConfigurationError
from app.records import Record
from app.storage import items
from app.storage.connections import Connections, ExchangeError, Reply
from app.storage.faults import UNREACHABLE, FaultError, classify
from app.storage.signing import Credentials, Signer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TARGET = "DynamoDB_20120810.BatchWriteItem"
_CHECKSUM = re.compile(rb"\r\nx-amz-crc32: *(\d+)\r\n", re.IGNORECASE)
_OK = 200
# Made once: json.dumps with separators of its own makes an encoder per call.
_encode = json.JSONEncoder(separators=(",", ":")).encode


class BatchWriter:
    """Stores records in one table by BatchWriteItem. Safe to share between threads.

    Args:
        session: where credentials come from.
        client: whose endpoint and region are used.
        table_name: the table.
        call_seconds: the longest that one call may take.
    """

    def __init__(
        self,
        session: botocore.session.Session,
        client: "DynamoDBClient",
        table_name: str,
        call_seconds: float,
    ) -> None:
        credentials = session.get_credentials()
        if credentials is None:
            raise ConfigurationError("no AWS credentials found")
        endpoint = urlsplit(client.meta.endpoint_url)
        secure = endpoint.scheme == "https"
        bundle = session.get_config_variable("ca_bundle") or get_cert_path(True)
        self._credentials = credentials
        self._table = table_name
        self._call_seconds = call_seconds
        self._signer = Signer(endpoint.netloc, client.meta.region_name)
        self._connections = Connections(
            endpoint.hostname or "",
            endpoint.port or (443 if secure else 80),
            ssl.create_default_context(cafile=bundle) if secure else None,
        )

    def write(self, records: Sequence[Record], deadline: float) -> Collection[Record]:
        """Store up to 25 records.

        Args:
            records: what to store; one that is stored already is stored again, unchanged.
            deadline: `time.monotonic()` after which no answer is waited for.

        Returns:
            The records that the table left out; all others are durable.

        Raises:
            FaultError: none of them is known to be stored.
        """
        puts = [{"PutRequest": {"Item": items.item(record)}} for record in records]
        body = _encode({"RequestItems": {self._table: puts}}).encode()
        deadline = min(deadline, time.monotonic() + self._call_seconds)
        try:
            reply = self._connections.exchange(self._request(body), deadline)
        except (ExchangeError, BotoCoreError) as error:
            raise FaultError(UNREACHABLE) from error
        unprocessed = _document(reply).get("UnprocessedItems")
        if not isinstance(unprocessed, dict):
            # An answer that is not DynamoDB's confirms nothing.
            raise FaultError(UNREACHABLE)
        return self._left_out(records, unprocessed) if unprocessed else ()

    def _left_out(
        self, records: Sequence[Record], unprocessed: dict[str, Any]
    ) -> Collection[Record]:
        by_id = {record.id: record for record in records}
        try:
            return {
                by_id[request["PutRequest"]["Item"]["id"]["S"]]
                for request in unprocessed[self._table]
            }
        except (KeyError, TypeError) as error:
            raise FaultError(UNREACHABLE) from error

    def _request(self, body: bytes) -> bytes:
        frozen = self._credentials.get_frozen_credentials()
        credentials = Credentials(frozen.access_key or "", frozen.secret_key or "", frozen.token)
        headers = self._signer.headers(_TARGET, body, credentials)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST / HTTP/1.1\r\n{lines}user-agent: app\r\n"
            f"content-type: application/x-amz-json-1.0\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode("latin-1") + body


def _document(reply: Reply) -> dict[str, Any]:
    checksum = _CHECKSUM.search(reply.head)
    if checksum is not None and int(checksum[1]) != binascii.crc32(reply.body):
        raise FaultError(UNREACHABLE)
    try:
        document = json.loads(reply.body.decode())
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {}
    if reply.status != _OK:
        raise FaultError(classify(str(document.get("__type", "")).rpartition("#")[2], reply.status))
    return document
