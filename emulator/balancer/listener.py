"""A load balancer's listener: its port and its connections."""

import asyncio

from emulator.balancer.frontend import ClientConnection
from emulator.balancer.route import Route

SWEEP_SECONDS = 0.1


class Listener:
    """One HTTP listener on a loopback port.

    Attributes:
        route: where its requests go.
        idle_timeout_seconds: as the load balancer's attribute says.
    """

    def __init__(self) -> None:
        self.route = Route()
        self.idle_timeout_seconds = 60.0
        self._connections: set[ClientConnection] = set()
        self._server: asyncio.Server | None = None

    async def open(self, port: int) -> None:
        """Listen on a port, 0 for a free one.

        Raises:
            OSError: the port is taken.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ClientConnection(self.route, self._connections),
            "127.0.0.1",
            port,
            backlog=1024,
        )
        self.route.port = self._server.sockets[0].getsockname()[1]
        self.route.spawn(self._sweep())

    def close(self) -> None:
        """Stop listening and cut off every client."""
        if self._server is not None:
            self._server.close()
        self.route.close()
        for connection in list(self._connections):
            connection.abort()

    async def _sweep(self) -> None:
        """Close what has been idle for too long: one timer for all, not one per request."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for connection in list(self._connections):
                connection.check_idle(self.idle_timeout_seconds)
            targets = self.route.targets
            for target in targets.all() if targets is not None else []:
                target.close_idle(older_than=loop.time() - self.idle_timeout_seconds)
