"""Kept-alive HTTP/1.1 connections to one host, each exchange bounded by one deadline.

Ready-made clients bound each read, so that a reply that trickles in is never late; here the whole
exchange has one end. Only what DynamoDB speaks is understood: a reply states its length.
"""

import re
import socket
import ssl
import time
from collections import deque
from typing import NamedTuple

_LARGEST_HEAD = 16_384
_RECEIVE = 65_536
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,9})\r\n", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)
_CONNECT_SECONDS = 1.0
_TOLERANCE_SECONDS = 0.02


class ExchangeError(Exception):
    """No complete reply came; the request may or may not have been carried out."""


class Reply(NamedTuple):
    """A complete HTTP reply.

    Attributes:
        status: HTTP status.
        head: status line and headers, each line ended by CR LF.
        body: as many bytes as the reply announced.
    """

    status: int
    head: bytes
    body: bytes


class Connections:
    """Connections to one host. Safe to share between threads: each exchange has its own.

    Args:
        host: name or address.
        port: TCP port.
        tls: how to verify the host; None for plain HTTP.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._host = host
        self._port = port
        self._tls = tls
        # The last used is taken first, so that those too many grow old and are closed.
        self._idle: deque[socket.socket] = deque()

    def exchange(self, request: bytes, deadline: float) -> Reply:
        """Send a request and receive its reply.

        A kept connection that the host has closed meanwhile is replaced by a new one, once; the
        request must be one that does no harm when it is carried out twice.

        Args:
            request: head and body.
            deadline: `time.monotonic()` by which the reply must be complete.

        Raises:
            ExchangeError: it was not, or it was not a reply.
        """
        try:
            kept = self._idle.pop()
        except IndexError:
            return self._on(self._open(deadline), request, deadline)
        try:
            return self._on(kept, request, deadline)
        except _ClosedError:
            return self._on(self._open(deadline), request, deadline)

    def _open(self, deadline: float) -> socket.socket:
        timeout = min(_CONNECT_SECONDS, _left(deadline))
        try:
            connection = socket.create_connection((self._host, self._port), timeout)
        except OSError as error:
            raise ExchangeError(f"cannot connect: {error}") from error
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_hostname=self._host)
        except OSError as error:
            connection.close()
            raise ExchangeError(f"cannot connect: {error}") from error
        return connection

    def _on(self, connection: socket.socket, request: bytes, deadline: float) -> Reply:
        try:
            reply = _exchange(connection, request, deadline)
        except BaseException:
            connection.close()
            raise
        if _CLOSES.search(reply.head):
            connection.close()
        else:
            self._idle.append(connection)
        return reply


class _ClosedError(ExchangeError):
    """The host closed the connection before it sent anything."""


def _exchange(connection: socket.socket, request: bytes, deadline: float) -> Reply:
    received = b""
    try:
        _limit(connection, deadline)
        connection.sendall(request)
        while True:
            reply = _complete(received)
            if reply is not None:
                return reply
            _limit(connection, deadline)
            more = connection.recv(_RECEIVE)
            if not more:
                raise (ExchangeError if received else _ClosedError)("the host hung up")
            received += more
    except TimeoutError as error:
        raise ExchangeError("no reply in time") from error
    except OSError as error:
        raise (ExchangeError if received else _ClosedError)(str(error)) from error


def _complete(received: bytes) -> Reply | None:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        if len(received) > _LARGEST_HEAD:
            raise ExchangeError("not an HTTP reply")
        return None
    head = received[: end + 2]
    status, length = _STATUS.match(head), _LENGTH.search(head)
    if status is None or length is None:
        raise ExchangeError("not an HTTP reply of known length")
    body = received[end + 4 :]
    missing = int(length[1]) - len(body)
    if missing < 0:
        raise ExchangeError("more than the reply announced")
    return Reply(int(status[1]), head, body) if missing == 0 else None


def _limit(connection: socket.socket, deadline: float) -> None:
    left = _left(deadline)
    # Setting a timeout is a system call that lets other threads run; calls start with the same
    # time left, so that it is nearly always set already.
    if abs((connection.gettimeout() or 0) - left) > _TOLERANCE_SECONDS:
        connection.settimeout(left)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise ExchangeError("no reply in time")
    return left
