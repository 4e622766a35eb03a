"""The service on ready-made clients: urllib3's pool and botocore's signer.

What `app/storage/signing.py` and `app/storage/connections.py` are measured against: decision 0023.
"""

import os
import time
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import get_cert_path
from flask import Flask

from app.config import Config
from app.factory import create_app
from app.records import Record
from app.storage import batch_writer, clients, items
from app.storage.batch_writer import BatchWriter
from app.storage.connections import Reply
from app.storage.dynamodb import MOST_WAITING, DynamoStorage
from app.storage.faults import UNREACHABLE, FaultError


class LibraryWriter(BatchWriter):
    """Writes batches as the service does, through libraries alone."""

    def prepare(self, endpoint_url: str, region: str) -> None:
        """Make the pool; what the service's own writer made stays unused."""
        endpoint = urlsplit(endpoint_url)
        secure = endpoint.scheme == "https"
        self._url = endpoint_url
        self._region = region
        self._pool = urllib3.connection_from_url(
            endpoint_url,
            maxsize=MOST_WAITING,
            retries=False,
            **({"ca_certs": get_cert_path(True)} if secure else {}),
        )

    def write(self, records: Sequence[Record], deadline: float) -> Collection[Record]:
        """Store up to 25 records; see `BatchWriter.write`."""
        puts = [{"PutRequest": {"Item": items.item(record)}} for record in records]
        body = batch_writer._encode({"RequestItems": {self._table: puts}}).encode()
        left = min(deadline - time.monotonic(), self._call_seconds)
        request = AWSRequest(
            method="POST",
            url=self._url,
            data=body,
            headers={
                "X-Amz-Target": batch_writer._TARGET,
                "Content-Type": "application/x-amz-json-1.0",
                "User-Agent": "bench",
            },
        )
        frozen = self._credentials.get_frozen_credentials()
        credentials = Credentials(frozen.access_key or "", frozen.secret_key or "", frozen.token)
        SigV4Auth(credentials, "dynamodb", self._region).add_auth(request)
        try:
            answer = self._pool.urlopen(
                "POST",
                "/",
                body=body,
                headers=dict(request.headers.items()),
                timeout=urllib3.Timeout(connect=1, total=left),
            )
        except urllib3.exceptions.HTTPError as error:
            raise FaultError(UNREACHABLE) from error
        head = "".join(f"\r\n{name}: {value}" for name, value in answer.headers.items())
        reply = Reply(answer.status, f"{head}\r\n".encode("latin-1"), answer.data)
        unprocessed = batch_writer._document(reply).get("UnprocessedItems")
        if not isinstance(unprocessed, dict):
            raise FaultError(UNREACHABLE)
        return self._left_out(records, unprocessed) if unprocessed else ()


def from_environment() -> Flask:
    """Build the application as the process's environment configures it."""
    config = Config.from_environment(os.environ)
    session = clients.session()
    client = clients.client(session, connections=MOST_WAITING, timeout_seconds=config.call_seconds)
    writer = LibraryWriter(session, client, config.table_name, config.call_seconds)
    writer.prepare(client.meta.endpoint_url, client.meta.region_name)
    return create_app(config, DynamoStorage(config, writer, client, client))
