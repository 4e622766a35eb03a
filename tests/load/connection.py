"""A client's connection: one request at a time, its answer parsed by httptools."""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import httptools


@dataclass
class Response:
    """An answer: its status, its headers by lower-case name, whether the connection stays open."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    keeps: bool = False


class Connection(asyncio.Protocol):
    """Sends requests and parses answers.

    Attributes:
        used: when it last carried a request, in the loop's time.
    """

    def __init__(self) -> None:
        self.used = 0.0
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._expected: asyncio.Future[Response] | None = None
        self._begin_answer()

    def _begin_answer(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._response = Response()

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Response:
        """Send a request and return its whole answer.

        Raises:
            ConnectionError: the connection ended before the answer did.
            ValueError: what came is no HTTP.
        """
        if self._transport is None:
            raise ConnectionResetError("closed before the request was sent")
        self.used = self._loop.time()
        self._expected = self._loop.create_future()
        self._transport.write(request)
        try:
            return await self._expected
        finally:
            self._expected = None

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ValueError(f"no HTTP: {error}"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._fail(exc or ConnectionResetError("closed before the answer was whole"))

    def _fail(self, error: Exception) -> None:
        if self._expected is not None and not self._expected.done():
            self._expected.set_exception(error)

    # --- the parser's callbacks

    def on_header(self, name: bytes, value: bytes) -> None:
        self._response.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_message_complete(self) -> None:
        response, parser = self._response, self._parser
        response.status = parser.get_status_code()
        response.keeps = parser.should_keep_alive()
        self._begin_answer()
        if self._expected is not None and not self._expected.done():
            self._expected.set_result(response)
