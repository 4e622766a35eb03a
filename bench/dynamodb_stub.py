"""A stub for DynamoDB: it keeps every write, answers after a given time, and checks them all.

    python -m bench.dynamodb_stub PORT LATENCY_MILLISECONDS

Requests are checked when somebody asks, not while the load runs, so that checking costs the
measured side nothing. `GET /state` answers the counts, `GET /ids` every stored id, one per line,
`GET /clear` forgets all.
"""

import asyncio
import binascii
import json
import re
import sys
from collections.abc import Callable
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *DynamoDB_20120810\.(\w+)", re.IGNORECASE)
_SIGNED = re.compile(
    rb"\r\nauthorization: *AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[\w-]+/dynamodb/aws4_request, ?"
    rb"SignedHeaders=[\w;-]*host[\w;-]*x-amz-target[\w;-]*, ?Signature=[0-9a-f]{64}\r\n",
    re.IGNORECASE,
)
_ATTRIBUTES = {"address", "id", "version", "reversed", "reverse_pointer", "seen_at"}
_LARGEST_BATCH = 25


class Table:
    """What was sent; what of it was stored, and what was wrong."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._unchecked: list[tuple[bytes, bytes]] = []
        self._keys: set[tuple[str, str]] = set()
        self._calls = 0
        self._items = 0
        self._wrong = 0

    def keep(self, head: bytes, body: bytes) -> None:
        """Keep a request: its line and headers, and its body."""
        self._unchecked.append((head, body))

    def report(self, path: bytes) -> bytes:
        """Check what was kept, then answer a question about the table."""
        if path == b"/clear":
            self.clear()
        for head, body in self._unchecked:
            self._check(head, body)
        self._unchecked.clear()
        if path == b"/ids":
            return "\n".join(key for _, key in self._keys).encode()
        counts = {"calls": self._calls, "items": self._items, "wrong": self._wrong}
        return json.dumps({**counts, "distinct": len(self._keys)}).encode()

    def _check(self, head: bytes, body: bytes) -> None:
        self._calls += 1
        try:
            keys = _written(head, json.loads(body))
        except (KeyError, TypeError, ValueError):
            self._wrong += 1
        else:
            self._keys |= keys
            self._items += len(keys)


def _written(head: bytes, call: dict[str, Any]) -> set[tuple[str, str]]:
    target = _TARGET.search(head)
    if target is None or not _SIGNED.search(head):
        raise ValueError("not a signed call")
    items = _OPERATIONS[target[1]](call)
    keys = {_key(item) for item in items}
    if len(keys) != len(items):
        raise ValueError("a batch holds a key once")
    return keys


def _key(item: dict[str, dict[str, str]]) -> tuple[str, str]:
    if not item.keys() >= _ATTRIBUTES or item["version"]["N"] not in ("4", "6"):
        raise ValueError("attributes are missing")
    return item["address"]["S"], item["id"]["S"]


def _batch(call: dict[str, Any]) -> list[dict[str, Any]]:
    [requests] = call["RequestItems"].values()
    if not 1 <= len(requests) <= _LARGEST_BATCH:
        raise ValueError("a batch holds 1 to 25 requests")
    return [request["PutRequest"]["Item"] for request in requests]


def _put(call: dict[str, Any]) -> list[dict[str, Any]]:
    return [call["Item"]]


_OPERATIONS: dict[bytes, Callable[[dict[str, Any]], list[dict[str, Any]]]] = {
    b"BatchWriteItem": _batch,
    b"PutItem": _put,
}


def _reply(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
        b"x-amz-crc32: %d\r\nContent-Length: %d\r\n\r\n%s" % (binascii.crc32(body), len(body), body)
    )


_STORED = _reply(b'{"UnprocessedItems":{}}')


class Connection(asyncio.Protocol):
    """One client's connection; each request is answered after the latency."""

    def __init__(self, table: Table, latency_seconds: float) -> None:
        self._table = table
        self._latency = latency_seconds
        self._buffer = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection's writing end."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer the requests that are complete."""
        self._buffer += data
        while True:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            match = _LENGTH.search(head)
            length = int(match[1]) if match else 0
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            self._answer(head + b"\r\n", rest[:length])

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET "):
            self._transport.write(_reply(self._table.report(head.split(b" ", 2)[1])))
            return
        self._table.keep(head, body)
        if self._latency:
            self._loop.call_later(self._latency, self._transport.write, _STORED)
        else:
            self._transport.write(_STORED)


async def serve(port: int, latency_seconds: float) -> None:
    """Serve on a loopback port until cancelled."""
    table = Table()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(table, latency_seconds), "127.0.0.1", port, backlog=1024
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
