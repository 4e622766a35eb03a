"""gunicorn's gthread worker, where no connection's end holds up another's request, and which says
whether its own end was asked for.

gunicorn closes a connection gracefully (RFC 9112 section 9.6): it sends its FIN and reads what the
peer still sends, so that no reset takes the answer away from it. It does so in the worker's main
loop, which accepts nothing meanwhile: one peer that sends slowly would stop all others for two
seconds. Here the main loop's poller reads it.
"""

import mmap
import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

LINGER_SECONDS = 2.0
"""How long a peer may go on sending after its answer; gunicorn's own value."""

_DISCARDED_AT_ONCE = 256 * 1024


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker with threads that reads no bodies, and tells the peer so.

    Attributes:
        started: when, in the clock of `time.monotonic`.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        # In the master, before it forks.
        super().__init__(*arguments, **options)
        self.started = time.monotonic()
        self._farewell = mmap.mmap(-1, 1)
        # In the order in which they end.
        self._lingering: deque[TConn] = deque()

    def run(self) -> None:
        """Serve until asked to end: by a signal, or by the number of requests it may answer."""
        super().run()
        self._farewell[0] = 1

    def said_farewell(self) -> bool:
        """Whether the worker's process, seen from any other, has ended as asked."""
        return bool(self._farewell[0])

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer a request; after one with a body the connection ends, and the answer says so.

        The service reads no body, and only the body's end would tell where the next request
        begins. gunicorn reads to it and gives up at 64 KiB, which is after it has announced that
        the connection stays open: a load balancer's next request would find it closed.
        """
        if has_body(req.headers):
            req.force_close()
            # RFC 9110 section 10.1.1: a final answer takes the place of the invitation.
            req._expected_100_continue = False
        kept: bool = super().handle_request(req, conn)
        return kept

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Keep, defer or end a connection whose thread is done with it."""
        if fs.cancelled() or fs.exception() or fs.result() is not False:
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self._discard, conn))
        except (OSError, ValueError):  # the peer, or gunicorn, has closed it already
            self._release(conn)
        else:
            conn.timeout = time.monotonic() + LINGER_SECONDS
            self._lingering.append(conn)

    def murder_pending(self) -> None:
        """Close what has waited too long; the main loop calls it once a second or more."""
        super().murder_pending()
        while self._lingering and self._lingering[0].timeout <= time.monotonic():
            self._end(self._lingering[0])

    def _discard(self, conn: TConn, connection: socket.socket) -> None:
        try:
            if connection.recv(_DISCARDED_AT_ONCE):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._end(conn)

    def _end(self, conn: TConn) -> None:
        self._lingering.remove(conn)
        self.poller.unregister(conn.sock)
        self._release(conn)

    def _release(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


def has_body(headers: list[tuple[str, str]]) -> bool:
    """Whether a body follows a request's head (RFC 9112 section 6.3).

    Args:
        headers: as gunicorn has read and checked them, names in capitals.
    """
    return any(
        name == "TRANSFER-ENCODING" or (name == "CONTENT-LENGTH" and int(value) > 0)
        for name, value in headers
    )
