"""DynamoDB's edge with faults: a server on loopback that keeps items and fails on request."""

import binascii
import json
import re
import socket
import socketserver
import struct
import threading
from collections import deque
from collections.abc import Iterable
from typing import Any

_RESET = struct.pack("ii", 1, 0)
_ERRORS = {
    "throttled": (400, "ProvisionedThroughputExceededException"),
    "throttled_account": (400, "RequestLimitExceeded"),
    "throttled_calls": (400, "ThrottlingException"),
    "expired_credentials": (400, "ExpiredTokenException"),
    "unknown_credentials": (400, "UnrecognizedClientException"),
    "no_table": (400, "ResourceNotFoundException"),
    "denied": (400, "AccessDeniedException"),
    "server_error": (500, "InternalServerError"),
    "unavailable": (503, "ServiceUnavailable"),
}
# Faults after which the items of the call are nevertheless stored.
STORING = ["reset_after_storing", "half_a_head", "half_a_body", "wrong_checksum", "hang_up_after"]
NOT_STORING = [
    *_ERRORS,
    "reset",
    "hang_up",
    "none_processed",
    "garbage",
    "no_length",
    "empty_document",
    "not_json",
    "unknown_left_out",
]
PARTIAL = ["some_processed"]
QUICK_FAULTS = [*STORING, *NOT_STORING, *PARTIAL]


class Edge(socketserver.ThreadingTCPServer):
    """A DynamoDB of one table. Each call takes the next fault of the script, then none is left.

    Attributes:
        items: what is stored, by (address, id).
        calls: how many calls came.
        delay_seconds: how long each reply takes.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls = 0
        self.batches: list[int] = []
        self.delay_seconds = 0.0
        self.released = threading.Event()
        self._script: deque[str | None] = deque()
        self._always: str | None = None
        self.lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def script(self, faults: Iterable[str | None]) -> None:
        with self.lock:
            self._script = deque(faults)

    def always(self, fault: str | None) -> None:
        with self.lock:
            self._always = fault

    def next_fault(self) -> str | None:
        with self.lock:
            self.calls += 1
            return self._script.popleft() if self._script else self._always

    def ids(self) -> set[str]:
        with self.lock:
            return {key for _, key in self.items}

    def handle_error(self, request, client_address):
        pass

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(socketserver.StreamRequestHandler):
    server: Edge
    disable_nagle_algorithm = True

    def handle(self):
        while (call := self._read()) is not None:
            target, body = call
            fault = self.server.next_fault()
            self.server.released.wait(self.server.delay_seconds)
            if not self._answer(target, body, fault):
                return

    def _read(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return None
            head += line
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        target = re.search(rb"\r\nx-amz-target: *\w+\.(\w+)", head, re.IGNORECASE)
        assert length
        assert target
        assert re.search(rb"\r\nauthorization: *AWS4-HMAC-SHA256 ", head, re.IGNORECASE)
        return target[1].decode(), json.loads(self.rfile.read(int(length[1])))

    def _answer(self, target, body, fault) -> bool:
        if fault in _ERRORS:
            status, name = _ERRORS[fault]
            self._reply({"__type": f"com.amazonaws.dynamodb.v20120810#{name}"}, status)
            return True
        if fault == "reset":
            return self._reset()
        if fault == "hang_up":
            return False
        if fault == "silence":
            self.server.released.wait()
            return False
        if fault in ("garbage", "no_length", "not_json", "empty_document"):
            return self._nonsense(fault)
        document = self._carry_out(target, body, fault)
        return self._deliver(document, fault)

    def _nonsense(self, fault) -> bool:
        if fault == "empty_document":
            self._reply({})
            return True
        if fault == "not_json":
            self._send(200, b"<html>")
            return True
        self.wfile.write(b"garbage\r\n\r\n" if fault == "garbage" else b"HTTP/1.1 200 OK\r\n\r\n{}")
        return False

    def _carry_out(self, target, body, fault):
        if target == "BatchWriteItem":
            return self._batch(body, fault)
        if target == "Query":
            return self._query(body)
        return {}

    def _batch(self, body, fault):
        [(table, requests)] = body["RequestItems"].items()
        kept = {"none_processed": 0, "some_processed": len(requests) // 2}.get(fault, len(requests))
        if fault == "unknown_left_out":
            return {"UnprocessedItems": {table: [{"PutRequest": {"Item": {"id": {"S": "?"}}}}]}}
        keys = [
            (r["PutRequest"]["Item"]["address"]["S"], r["PutRequest"]["Item"]["id"]["S"])
            for r in requests
        ]
        assert len(set(keys)) == len(keys) <= 25
        with self.server.lock:
            self.server.batches.append(len(requests))
            for key, request in list(zip(keys, requests, strict=True))[:kept]:
                self.server.items[key] = request["PutRequest"]["Item"]
        return {"UnprocessedItems": {table: requests[kept:]} if requests[kept:] else {}}

    def _query(self, body):
        address = body["ExpressionAttributeValues"][":address"]["S"]
        with self.server.lock:
            keys = sorted((k for k in self.server.items if k[0] == address), reverse=True)
            return {"Items": [self.server.items[key] for key in keys[: body["Limit"]]]}

    def _deliver(self, document, fault) -> bool:
        if fault == "reset_after_storing":
            return self._reset()
        if fault == "half_a_head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
            return self._reset()
        if fault == "half_a_body":
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"Unproc')
            return self._reset()
        if fault == "trickle":
            return self._trickle(document)
        self._reply(document, checksum=1 if fault == "wrong_checksum" else None)
        return bool(fault != "hang_up_after")

    def _trickle(self, document) -> bool:
        body = json.dumps(document).encode()
        reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        for byte in reply:
            self.wfile.write(bytes([byte]))
            if self.server.released.wait(0.1):
                return False
        return True

    def _reset(self) -> bool:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        return False

    def _reply(self, document, status=200, checksum=None):
        self._send(status, json.dumps(document).encode(), checksum)

    def _send(self, status, body, checksum=None):
        self.wfile.write(
            b"HTTP/1.1 %d X\r\nContent-Type: application/x-amz-json-1.0\r\n"
            b"x-amz-crc32: %d\r\nContent-Length: %d\r\n\r\n%s"
            % (status, checksum or binascii.crc32(body), len(body), body)
        )
