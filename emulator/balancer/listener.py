"""A load balancer's listener: its connections, its targets, its counts."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from emulator.balancer.frontend import ClientConnection
from emulator.balancer.tally import Tally
from emulator.balancer.targets import Target, Targets

SWEEP_SECONDS = 0.1


class Listener:
    """One HTTP listener on a loopback port.

    Attributes:
        port: known once `open` has returned.
        targets: the group that requests are forwarded to, None before `serve`.
        idle_timeout_seconds: as the load balancer's attribute says.
    """

    def __init__(self) -> None:
        self.port = 0
        self.tally = Tally()
        self.connections: set[ClientConnection] = set()
        self.targets: Targets | None = None
        self.idle_timeout_seconds = 60.0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, port: int) -> None:
        """Listen on a port, 0 for a free one.

        Raises:
            OSError: the port is taken.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ClientConnection(self), "127.0.0.1", port, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self.spawn(self._sweep())

    def choose_target(self) -> Target | None:
        """The next target in turn, None when there is none to ask."""
        return self.targets.choose() if self.targets is not None else None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something until it ends or the listener is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Stop listening and cut off every client."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        for connection in list(self.connections):
            connection.abort()

    async def _sweep(self) -> None:
        """Close what has been idle for too long: one timer for all, not one per request."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for connection in list(self.connections):
                connection.check_idle(self.idle_timeout_seconds)
            for target in self.targets.all() if self.targets is not None else []:
                target.close_idle(older_than=loop.time() - self.idle_timeout_seconds)
