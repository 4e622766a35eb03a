"""Where a listener's requests go, and what is counted of them."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from emulator.balancer.tally import Tally
from emulator.balancer.targets import Target, Targets


class Route:
    """What a listener shares with its connections and their requests.

    Attributes:
        port: of the listener, known once it is open.
        tally: counts answers.
        targets: the group that requests are forwarded to, None before `serve`.
    """

    def __init__(self) -> None:
        self.port = 0
        self.tally = Tally()
        self.targets: Targets | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def choose_target(self) -> Target | None:
        """The next target in turn, None when there is none to ask."""
        return self.targets.choose() if self.targets is not None else None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something until it ends or the listener is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """End what was spawned."""
        for task in list(self._tasks):
            task.cancel()
