"""Constant load on a URL: requests at fixed moments, whatever becomes of those before them.

An open loop: the next request is due at its moment even while earlier ones wait, and its time is
counted from that moment, so that a stall is seen by every request that it held up. Nothing is sent
twice.
"""

import asyncio
import itertools
import threading
import time
from types import TracebackType
from urllib.parse import urlsplit

from tests.load.answers import Answer, Answers, Failure
from tests.load.connection import Connection, Response

IDLE_SECONDS = 30.0
"""A kept connection that was idle for longer is not used again: half of a load balancer's own
idle timeout (60 s), so that the two do not meet."""


class Load:
    """Sends requests until the block ends.

    Every second request goes over a connection that is kept, the others over one of their own.

    Args:
        url: `http://HOST:PORT`.
        per_second: requests per second.
        paths: asked for in turn.
        timeout_seconds: from sending a request to the last byte of its answer.
    """

    def __init__(
        self,
        url: str,
        *,
        per_second: float = 20.0,
        paths: tuple[str, ...] = ("/",),
        timeout_seconds: float = 20.0,
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._interval = 1 / per_second
        self._paths = paths
        self._timeout = timeout_seconds
        self._idle: list[Connection] = []
        self._answers: list[Answer] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="load")

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Send no more, and wait for what is on its way; a second call changes nothing."""
        self._done.set()
        self._thread.join()

    @property
    def answers(self) -> Answers:
        """What has come so far; all of it once the block has ended."""
        return Answers(self._answers)

    async def _run(self) -> None:
        waiting: set[asyncio.Task[None]] = set()
        begun = time.monotonic()
        for number in itertools.count():
            due = begun + number * self._interval
            while (left := due - time.monotonic()) > 0 and not self._done.is_set():
                await asyncio.sleep(min(left, 0.05))
            if self._done.is_set():
                break
            path, kept = self._paths[number // 2 % len(self._paths)], number % 2 == 0
            task = asyncio.create_task(self._note(due, path, kept))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
        await asyncio.gather(*waiting)
        for connection in self._idle:
            connection.close()

    async def _note(self, due: float, path: str, kept: bool) -> None:
        response, failure, detail = Response(), None, ""
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._ask(path, kept)
        except ConnectionRefusedError:
            failure = Failure.REFUSED
        except ConnectionError as error:
            failure, detail = Failure.RESET, str(error)
        except TimeoutError:
            failure, detail = Failure.TIMEOUT, f"nothing whole in {self._timeout:g} s"
        except (OSError, ValueError) as error:
            failure, detail = Failure.OTHER, str(error)
        else:
            if response.status != 200:
                server = response.status >= 500
                failure = Failure.SERVER_ERROR if server else Failure.OTHER
                detail = str(response.status)
        self._answers.append(
            Answer(
                due,
                time.monotonic() - due,
                path,
                kept,
                response.status,
                response.headers.get("x-release", ""),
                response.headers.get("x-instance", ""),
                failure,
                detail,
            )
        )

    async def _ask(self, path: str, kept: bool) -> Response:
        connection = (self._take() if kept else None) or await self._connect()
        response = None
        try:
            ending = "keep-alive" if kept else "close"
            response = await connection.ask(
                f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
                f"Accept: application/json\r\nConnection: {ending}\r\n\r\n".encode()
            )
            return response
        finally:
            if kept and response is not None and response.keeps:
                self._idle.append(connection)
            else:
                connection.close()

    def _take(self) -> Connection | None:
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open and connection.used > oldest:
                return connection
            connection.close()
        return None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, self._host, self._port)
        return connection
