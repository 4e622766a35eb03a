"""One request and its answer, between a client's connection and a target's."""

import asyncio
from typing import Protocol

from emulator.balancer.backend import TargetConnection
from emulator.balancer.headers import Headers, request_head, response_head
from emulator.balancer.pages import page
from emulator.balancer.route import Route
from emulator.balancer.targets import Target

CONNECT_SECONDS = 10.0
"""An ALB gives up on connecting to a target after 10 seconds (troubleshooting guide, HTTP 504)."""


class Client(Protocol):
    """The connection that a request came by.

    Attributes:
        address: the client's.
    """

    address: str

    def write(self, data: bytes) -> None:
        """Send to the client."""

    def abort(self) -> None:
        """Cut the client off: what it has of the answer is not whole."""

    def pause_reading(self) -> None:
        """Read no more of the request for now."""

    def resume_reading(self) -> None:
        """Read on."""

    def exchange_done(self, exchange: "Exchange") -> None:
        """Go on with the next request."""


class Exchange:
    """A request from its head to the end of its answer. Nothing is ever sent twice.

    Attributes:
        answering: the answer's head has gone to the client.
        received: the whole request has come from the client.
        done: nothing more will be done for it.
    """

    def __init__(self, client: Client, route: Route) -> None:
        self.method = b""
        self.url = b""
        self.headers: Headers = []
        self.chunked = False
        self.keep_alive = True
        self.chunks_understood = True
        self.answering = False
        self.received = False
        self.done = False
        self._client = client
        self._route = route
        self._loop = asyncio.get_running_loop()
        self._target: Target | None = None
        self._connection: TargetConnection | None = None
        self._waiting: list[bytes] = []
        self._out: list[bytes] = []
        self._chunk_answer = False
        self._status = 0
        self._begun = 0.0

    # --- the request

    def start(self) -> None:
        """Choose a target and send it the request's head, and what is there of the body."""
        self._begun = self._loop.time()
        target = self._route.choose_target()
        if target is None:
            self.fail(503)
            return
        self._target = target
        target.exchanges.add(self)
        connection = target.take_idle()
        if connection is not None:
            self._carry_by(connection)
        else:
            self._route.spawn(self._connect(target))

    async def _connect(self, target: Target) -> None:
        try:
            _, connection = await asyncio.wait_for(
                self._loop.create_connection(TargetConnection, "127.0.0.1", target.port),
                CONNECT_SECONDS,
            )
        except TimeoutError:
            self.fail(504)
        except OSError:
            self.fail(502)
        else:
            if self.done:
                connection.close()
            else:
                self._carry_by(connection)

    def _carry_by(self, connection: TargetConnection) -> None:
        self._connection = connection
        head = request_head(
            self.method,
            self.url,
            self.headers,
            client=self._client.address,
            port=self._route.port,
            chunked=self.chunked,
        )
        connection.carry(self, head + b"".join(self._waiting))
        self._waiting.clear()
        self.resume_client()

    def request_body(self, data: bytes) -> None:
        """Pass a part of the body on; after an early answer the rest is dropped."""
        if not self.done:
            self._send(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)

    def request_ended(self) -> None:
        """Note that the request is complete."""
        self.received = True
        if self.chunked and not self.done:
            self._send(b"0\r\n\r\n")

    def _send(self, data: bytes) -> None:
        if self._connection is not None:
            self._connection.write(data)
        else:
            self._waiting.append(data)
            self.pause_client()

    # --- the answer

    def interim_answer(self, status: int, reason: bytes) -> None:
        """Pass on a 100 (Continue) and the like."""
        if self.chunks_understood:
            self._out.append(b"HTTP/1.1 %d %b\r\n\r\n" % (status, reason))

    def answer_begun(self, status: int, reason: bytes, headers: Headers, *, bodiless: bool) -> None:
        """Pass the answer's head on."""
        self.answering = True
        self._status = status
        has_length = any(name.lower() == b"content-length" for name, _ in headers)
        if not bodiless and not has_length:
            self._chunk_answer = self.chunks_understood
            self.keep_alive = self.keep_alive and self.chunks_understood
        self._out.append(
            response_head(
                status, reason, headers, chunked=self._chunk_answer, keep_alive=self.keep_alive
            )
        )

    def answer_body(self, data: bytes) -> None:
        """Pass a part of the answer's body on."""
        self._out.append(b"%x\r\n%b\r\n" % (len(data), data) if self._chunk_answer else data)

    def answer_ended(self, *, reusable: bool) -> None:
        """Finish: count, give the connection back, let the client's next request begin."""
        if self._chunk_answer:
            self._out.append(b"0\r\n\r\n")
        self.flush()
        target, connection = self._target, self._connection
        assert target is not None
        assert connection is not None
        seconds = self._loop.time() - self._begun
        self._route.tally.target_answer(target.id, self._status, seconds)
        if reusable and self.received and target.health.state != "draining":
            connection.resume_reading()
            target.idle.append(connection)
        else:
            connection.close()
        self._finish()

    def flush(self) -> None:
        """Send to the client what has been collected."""
        if self._out:
            self._client.write(b"".join(self._out))
            self._out.clear()

    def target_failed(self) -> None:
        """The target closed the connection, or sent what is no HTTP."""
        self.fail(502)

    # --- ends before their time

    def fail(self, status: int) -> None:
        """Answer with a page of the balancer's own; cut the client off if half is sent already."""
        if self.done:
            return
        self._drop_connection()
        if self.answering:
            self._client.abort()
        else:
            self._route.tally.own_answer(status)
            body = b"" if self.method == b"HEAD" else None
            self._client.write(page(status, keep_alive=self.keep_alive, body=body))
        self._finish()

    def abandon(self) -> None:
        """The client is gone."""
        if not self.done:
            self._drop_connection()
            self._finish()

    def late(self, seconds: float) -> bool:
        """Whether the target has been silent for longer than `seconds`."""
        since = self._connection.used if self._connection is not None else self._begun
        return not self.done and self._loop.time() - since > seconds

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _finish(self) -> None:
        self.done = True
        if self._target is not None:
            self._target.exchanges.discard(self)
        self._connection = None
        self._waiting.clear()
        self.resume_client()
        self._client.exchange_done(self)

    # --- the slower side holds up the other

    def pause_client(self) -> None:
        """The target takes the body more slowly than the client sends it."""
        self._client.pause_reading()

    def resume_client(self) -> None:
        """The target takes more."""
        self._client.resume_reading()

    def pause_target(self) -> None:
        """The client takes the answer more slowly than the target sends it."""
        if self._connection is not None:
            self._connection.pause_reading()

    def resume_target(self) -> None:
        """The client takes more."""
        if self._connection is not None:
            self._connection.resume_reading()
