"""A target and a client on bare sockets: what is on the wire is what the test says."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True)
class Request:
    """A request as a target got it."""

    head: bytes
    body: bytes

    @property
    def path(self) -> str:
        return self.head.split()[1].decode()

    def values(self, name: str) -> list[str]:
        """Values of a header, in order."""
        lines = [line.partition(b":") for line in self.head.split(b"\r\n")[1:]]
        return [v.strip().decode() for k, _, v in lines if k.decode().lower() == name.lower()]


Answer = Callable[[Request, socket.socket], bytes | None]


def say_ok(_request: Request, _connection: socket.socket) -> bytes | None:
    return OK


class Target:
    """Listens on a loopback port and answers each request by a function.

    An answer of None closes the connection. Health checks (`/health`) are answered apart, with
    `health_status`, None for no answer at all.
    """

    def __init__(self, answer: Answer = say_ok, health_status: int | None = 200) -> None:
        self.answer = answer
        self.health_status = health_status
        self.interim = b""
        self.reads_body = True
        self.requests: list[Request] = []
        self.checks = 0
        self.used: set[socket.socket] = set()
        self.open: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # shutdown wakes the thread that waits in accept; close alone would leave the port open.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self.open.add(connection)
        with contextlib.suppress(OSError, ValueError), connection:
            reader = cast("BinaryIO", connection.makefile("rb"))
            while head := _read_head(reader):
                connection.sendall(self.interim)
                request = Request(head, _read_body(reader, head) if self.reads_body else b"")
                if request.path == "/health":
                    self.checks += 1
                    if self.health_status is None:
                        time.sleep(5)
                    connection.sendall(
                        b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        % (self.health_status or 0)
                    )
                    break
                self.requests.append(request)
                self.used.add(connection)
                reply = self.answer(request, connection)
                if reply is None:
                    break
                connection.sendall(reply)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.open.discard(connection)


def _read_head(reader: BinaryIO) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = reader.readline()
        if not line:
            return b""
        head += line
    return head


def _read_body(reader: BinaryIO, head: bytes) -> bytes:
    lower = head.lower()
    body = b""
    if b"transfer-encoding: chunked" in lower:
        while size := int(reader.readline(), 16):
            body += reader.read(size)
            reader.readline()
        reader.readline()
    elif b"content-length:" in lower:
        body = reader.read(int(lower.split(b"content-length:")[1].split(b"\r\n")[0]))
    return body


class Client:
    """A client's connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._reader = cast("BinaryIO", self.socket.makefile("rb"))

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def get(self, path: str = "/", *headers: str, method: str = "GET") -> tuple[int, bytes, bytes]:
        """Send a request; return the answer's status, head and body."""
        lines = [f"{method} {path} HTTP/1.1", "Host: example.test", *headers, "", ""]
        self.send("\r\n".join(lines).encode())
        return self.answer(bodiless=method == "HEAD")

    def answer(self, *, bodiless: bool = False) -> tuple[int, bytes, bytes]:
        """Read one answer.

        Raises:
            ConnectionError: the connection ended before it was whole.
        """
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self._reader.readline()
            if not line:
                raise ConnectionError(f"closed after {head!r}")
            head += line
        status, lower = int(head.split()[1]), head.lower()
        if bodiless or status in (204, 304) or status < 200:
            return status, head, b""
        if b"transfer-encoding: chunked" in lower:
            return status, head, self._chunks()
        return status, head, self._exactly(int(lower.split(b"content-length:")[1].split()[0]))

    def ended(self) -> bool:
        """Wait until the other side closes; whether it did within the socket's timeout."""
        try:
            return self._reader.read(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def close(self) -> None:
        self._reader.close()
        self.socket.close()

    def _chunks(self) -> bytes:
        body = b""
        while True:
            line = self._reader.readline()
            if not line:
                raise ConnectionError("closed in the middle of a chunked body")
            size = int(line, 16)
            body += self._exactly(size)
            self._reader.readline()
            if size == 0:
                return body

    def _exactly(self, size: int) -> bytes:
        body = self._reader.read(size)
        if len(body) < size:
            raise ConnectionError(f"closed after {len(body)} of {size} bytes")
        return body
