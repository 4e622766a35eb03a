"""A client's connection to a listener: its requests in order, one answered at a time."""

# ruff: noqa: D102, ARG002 (asyncio and httptools name the callbacks and their arguments)

import asyncio
from collections import deque
from typing import cast

import httptools

from emulator.balancer.exchange import Exchange
from emulator.balancer.pages import page
from emulator.balancer.route import Route

HEAD_BYTES = 64 * 1024
"""An ALB takes 64 KB of headers (quotas of Application Load Balancers)."""


class ClientConnection(asyncio.Protocol):
    """Parses requests and runs them one after the other.

    Args:
        route: where its requests go.
        open_ones: the connections that are open, this one among them while it is.
    """

    def __init__(self, route: Route, open_ones: "set[ClientConnection]") -> None:
        self.address = ""
        self._route = route
        self._open_ones = open_ones
        self._loop = asyncio.get_running_loop()
        self._used = self._loop.time()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._exchanges: deque[Exchange] = deque()
        self._parsed: Exchange | None = None
        self._head_bytes = 0
        self._closing = False

    # --- for exchanges

    def write(self, data: bytes) -> None:
        """Send to the client."""
        self._used = self._loop.time()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def abort(self) -> None:
        """Cut the client off: what it has of the answer is not whole."""
        if self._transport is not None:
            self._transport.abort()

    def pause_reading(self) -> None:
        """Read no more of the request for now."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on, unless more requests than one are waiting already."""
        if self._transport is not None and len(self._exchanges) <= 1:
            self._transport.resume_reading()

    def exchange_done(self, exchange: Exchange) -> None:
        """Go on with the next request once this one was received and answered."""
        if not exchange.keep_alive:
            self.close()
        elif exchange.received:
            self._next()

    # --- for the listener

    def close(self) -> None:
        """Close once everything written is sent."""
        self._closing = True
        if self._transport is not None:
            self._transport.close()

    def check_idle(self, idle_seconds: float) -> None:
        """Close, or answer for the target, when nothing has moved for the idle timeout."""
        exchange = self._exchanges[0] if self._exchanges else None
        silent = self._loop.time() - self._used > idle_seconds
        if exchange is not None and exchange.received and not exchange.done:
            if silent and exchange.late(idle_seconds):
                exchange.fail(504)
        elif silent and exchange is not None and not exchange.done and not exchange.answering:
            exchange.keep_alive = False
            exchange.fail(408)
        elif silent:
            self.close()

    # --- asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self._open_ones.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._closing = True
        self._open_ones.discard(self)
        for exchange in list(self._exchanges):
            exchange.abandon()
        self._exchanges.clear()

    def data_received(self, data: bytes) -> None:
        self._used = self._loop.time()
        while data and not self._closing:
            try:
                self._parser.feed_data(data)
                data = b""
            except httptools.HttpParserUpgrade as upgrade:
                # Nothing is upgraded: what follows is the next request.
                data = data[upgrade.args[0] :]
                self._parser = httptools.HttpRequestParser(self)
            except httptools.HttpParserError:
                data = b""
                self._refuse(400)

    def pause_writing(self) -> None:
        if self._exchanges:
            self._exchanges[0].pause_target()

    def resume_writing(self) -> None:
        if self._exchanges:
            self._exchanges[0].resume_target()

    # --- the parser's callbacks

    def on_message_begin(self) -> None:
        self._parsed = Exchange(self, self._route)
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        if self._parsed is not None:
            self._parsed.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > HEAD_BYTES:
            raise ValueError("more headers than a load balancer takes")
        if self._parsed is not None:
            self._parsed.headers.append((name, value))
            if name.lower() == b"transfer-encoding":
                self._parsed.chunked = True

    def on_headers_complete(self) -> None:
        exchange = self._parsed
        if exchange is None:
            return
        exchange.method = self._parser.get_method()
        exchange.keep_alive = self._parser.should_keep_alive()
        exchange.chunks_understood = self._parser.get_http_version() == "1.1"
        self._exchanges.append(exchange)
        if len(self._exchanges) > 1:
            self.pause_reading()
        else:
            self._start(exchange)

    def on_body(self, body: bytes) -> None:
        if self._parsed is not None:
            self._parsed.request_body(body)

    def on_message_complete(self) -> None:
        exchange, self._parsed = self._parsed, None
        if exchange is None:
            return
        exchange.request_ended()
        if exchange.done and not self._closing:
            self._next()

    def _start(self, exchange: Exchange) -> None:
        if exchange.method == b"CONNECT":
            exchange.keep_alive = False
            exchange.fail(405)
        else:
            exchange.start()

    def _next(self) -> None:
        if self._exchanges and self._exchanges[0].done:
            self._exchanges.popleft()
        if self._exchanges:
            self._start(self._exchanges[0])
        self.resume_reading()

    def _refuse(self, status: int) -> None:
        """Answer what is no request, behind the answers that are still due, and hang up."""
        broken, self._parsed = self._parsed, None
        if broken is not None and broken in self._exchanges and not broken.done:
            broken.keep_alive = False
            broken.fail(status)
            return
        self._route.tally.own_answer(status)
        if not self._exchanges:
            self.write(page(status, keep_alive=False))
        self.close()
