"""A connection to a target: one request at a time, kept open between them."""

# ruff: noqa: D102, ARG002 (asyncio and httptools name the callbacks and their arguments)

import asyncio
import select
from typing import Protocol, cast

import httptools

from emulator.balancer.headers import Headers


class Request(Protocol):
    """What waits for a target's answer.

    Attributes:
        method: of the request: an answer to HEAD has no body.
        answering: whether the answer's head has gone to the client.
    """

    method: bytes
    answering: bool

    def interim_answer(self, status: int, reason: bytes) -> None:
        """Take a 100 (Continue) and the like."""

    def answer_begun(self, status: int, reason: bytes, headers: Headers, *, bodiless: bool) -> None:
        """Take the answer's head."""

    def answer_body(self, data: bytes) -> None:
        """Take a part of the answer's body."""

    def answer_ended(self, *, reusable: bool) -> None:
        """Take note that the answer is whole, and whether its connection can carry another."""

    def flush(self) -> None:
        """Send on what has been taken."""

    def target_failed(self) -> None:
        """Take note that the target closed the connection, or sent what is no HTTP."""

    def pause_client(self) -> None:
        """The target takes the body more slowly than the client sends it."""

    def resume_client(self) -> None:
        """The target takes more."""


class TargetConnection(asyncio.Protocol):
    """Parses a target's answers and hands them to the exchange that waits for them.

    Attributes:
        exchange: the request in progress, None while the connection is idle.
        used: when it last carried anything, in the loop's time.
    """

    def __init__(self) -> None:
        self.exchange: Request | None = None
        self.used = asyncio.get_running_loop().time()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._begin_answer()

    def _begin_answer(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._reason = b""
        self._headers: Headers = []
        self._framed = False
        self._interim = False
        self._bodiless = False
        self._ends_with_head = False

    # --- for the exchange

    def carry(self, exchange: Request, head: bytes) -> None:
        """Take a request."""
        self.exchange = exchange
        self.write(head)

    def write(self, data: bytes) -> None:
        """Send a part of the request."""
        self.used = self._loop.time()
        if self._transport is not None:
            self._transport.write(data)

    def is_open(self) -> bool:
        """Whether an idle connection can take a request.

        What arrives while nothing was asked is the target's goodbye, and the loop may not have
        read it yet; so the socket itself is looked at.
        """
        if self._transport is None or self._transport.is_closing():
            return False
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        """Close the connection without waiting for anything."""
        self.exchange = None
        if self._transport is not None:
            self._transport.abort()

    def pause_reading(self) -> None:
        """Stop taking the answer until `resume_reading`: the client is slower."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take the answer again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    # --- asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.used = self._loop.time()
        if self.exchange is None:  # nothing was asked: not a connection to rely on
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            if self.exchange is not None:
                self.exchange.target_failed()
            return
        if self._ends_with_head:
            self._answer_complete()
        if self.exchange is not None:
            self.exchange.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        exchange, self.exchange = self.exchange, None
        if exchange is None:
            return
        if exchange.answering and not self._framed and not self._bodiless:
            exchange.answer_ended(reusable=False)  # a body may end with the connection
        else:
            exchange.target_failed()

    def pause_writing(self) -> None:
        if self.exchange is not None:
            self.exchange.pause_client()

    def resume_writing(self) -> None:
        if self.exchange is not None:
            self.exchange.resume_client()

    # --- the parser's callbacks

    def on_status(self, reason: bytes) -> None:
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._framed = True

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        exchange = self.exchange
        if exchange is None:
            return
        self._interim = 100 <= status < 200
        if self._interim:
            exchange.interim_answer(status, self._reason)
            return
        self._bodiless = exchange.method == b"HEAD" or status in (204, 304)
        exchange.answer_begun(status, self._reason, self._headers, bodiless=self._bodiless)
        # The parser would wait for the body that the headers describe.
        self._ends_with_head = exchange.method == b"HEAD"

    def on_body(self, body: bytes) -> None:
        if self.exchange is not None:
            self.exchange.answer_body(body)

    def on_message_complete(self) -> None:
        if self._interim:
            self._reason, self._headers, self._framed, self._interim = b"", [], False, False
        elif self.exchange is not None and not self._ends_with_head:
            self._answer_complete()

    def _answer_complete(self) -> None:
        exchange = self.exchange
        assert exchange is not None
        self.exchange = None
        reusable = self._parser.should_keep_alive() and (self._framed or self._bodiless)
        self._begin_answer()
        exchange.answer_ended(reusable=reusable)
