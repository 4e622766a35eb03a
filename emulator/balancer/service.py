"""What the parent process can ask of the load balancers: one method per operation."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from emulator.balancer import checks
from emulator.balancer.listener import Listener
from emulator.balancer.targets import UNUSED, Targets
from emulator.interfaces import HealthCheck, TargetGroup


class Service:
    """Load balancers and target groups by ARN. Answers are JSON values."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}
        self._groups: dict[str, Targets] = {}

    async def answer(self, operation: str, arguments: dict[str, Any]) -> Any:
        """Carry out an operation.

        Raises:
            KeyError: the load balancer does not exist.
            OSError: the port is taken.
        """
        if operation == "listen":
            return await self._listen(**arguments)
        operations: dict[str, Callable[..., Any]] = {
            "serve": self._serve,
            "remove": self._remove,
            "health": self._health,
            "counters": self._counters,
        }
        return operations[operation](**arguments)

    async def _listen(self, load_balancer: str, port: int) -> int:
        if load_balancer not in self._listeners:
            listener = Listener()
            await listener.open(port)
            self._listeners[load_balancer] = listener
        return self._listeners[load_balancer].route.port

    def _serve(self, load_balancer: str, group: dict[str, Any], idle_timeout: float) -> None:
        listener = self._listeners[load_balancer]
        wanted = TargetGroup(**{**group, "health_check": HealthCheck(**group["health_check"])})
        listener.idle_timeout_seconds = idle_timeout
        if wanted.arn in self._groups:
            self._groups[wanted.arn].update(wanted)
        else:
            self._groups[wanted.arn] = Targets(wanted, checks.start)
        listener.route.targets = self._groups[wanted.arn]

    def _remove(self, load_balancer: str) -> None:
        listener = self._listeners.pop(load_balancer, None)
        if listener is not None:
            listener.close()

    def _health(self, target_group: str) -> dict[str, dict[str, str]]:
        targets = self._groups.get(target_group)
        if targets is None:
            return {}
        used = any(listener.route.targets is targets for listener in self._listeners.values())
        return {
            target_id: asdict(health if used or health.state == "draining" else UNUSED)
            for target_id, health in targets.health().items()
        }

    def _counters(self, load_balancer: str) -> dict[str, Any]:
        return self._listeners[load_balancer].route.tally.read()
