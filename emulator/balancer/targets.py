"""Targets of a group: their health, their turn, their draining."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from emulator.balancer.backend import TargetConnection
from emulator.interfaces import HealthCheck, HealthState, TargetGroup, TargetHealth

INITIAL = TargetHealth("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
DRAINING = TargetHealth(
    "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
)
UNUSED = TargetHealth(
    "unused",
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)
HEALTHY = TargetHealth("healthy")


class InFlight(Protocol):
    """A request that a target is answering."""

    def fail(self, status: int) -> None:
        """End it with a page of the balancer's own."""


class Target:
    """One target.

    Args:
        target_id: the instance's id.
        port: its loopback port.
    """

    def __init__(self, target_id: str, port: int) -> None:
        self.id = target_id
        self.port = port
        self.health = INITIAL
        self.exchanges: set[InFlight] = set()
        self.idle: list[TargetConnection] = []
        self.checker: asyncio.Task[None] | None = None
        self._passes = 0
        self._failures = 0

    def record(self, failure: TargetHealth | None, check: HealthCheck) -> None:
        """Take the result of a check: None for a pass, else what it would be unhealthy for.

        A target that was never healthy needs one pass, one that was needs `healthy_threshold`
        (Elastic Load Balancing guide, "Health checks for your target groups").
        """
        state: HealthState = self.health.state
        if state == "draining":
            return
        if failure is None:
            self._passes, self._failures = self._passes + 1, 0
            if state == "initial" or self._passes >= check.healthy_threshold:
                self.health = HEALTHY
        else:
            self._passes, self._failures = 0, self._failures + 1
            if state == "unhealthy" or self._failures >= check.unhealthy_threshold:
                self.health = failure

    def take_idle(self) -> TargetConnection | None:
        """Return an open connection that waits for a request."""
        while self.idle:
            connection = self.idle.pop()
            if connection.is_open():
                return connection
            connection.close()
        return None

    def close_idle(self, *, older_than: float | None = None) -> None:
        """Close waiting connections, all of them or those unused since a time of the loop."""
        for connection in list(self.idle):
            if older_than is None or connection.used < older_than:
                self.idle.remove(connection)
                connection.close()


class Targets:
    """The targets of one group, kept as `update` last said.

    Args:
        group: the group as it is now.
        check: starts checking a target's health; the task ends when it is cancelled.
    """

    def __init__(
        self,
        group: TargetGroup,
        check: Callable[["Targets", Target], asyncio.Task[None]],
    ) -> None:
        self.group = group
        self._check = check
        self._current: dict[str, Target] = {}
        self._draining: list[Target] = []
        self._turn = 0
        self.update(group)

    def update(self, group: TargetGroup) -> None:
        """Register, keep and drain targets so that they are the group's."""
        self.group = group
        for target_id, target in list(self._current.items()):
            if group.targets.get(target_id) != target.port:
                self._drain(self._current.pop(target_id))
        for target_id, port in group.targets.items():
            if target_id not in self._current:
                target = self._current[target_id] = Target(target_id, port)
                target.checker = self._check(self, target)

    def choose(self) -> Target | None:
        """Return the next target in turn, None when there is none to ask.

        Round robin over the healthy ones; when none is healthy and some are unhealthy, over those:
        a group fails open. Targets that were never healthy get no requests.
        """
        states: tuple[HealthState, ...] = ("healthy", "unhealthy")
        for state in states:
            able = [target for target in self._current.values() if target.health.state == state]
            if able:
                self._turn += 1
                return able[self._turn % len(able)]
        return None

    def health(self) -> dict[str, TargetHealth]:
        """Health by target id; a draining one that was registered again counts as registered."""
        return {target.id: target.health for target in [*self._draining, *self._current.values()]}

    def all(self) -> list[Target]:
        """Registered and draining targets."""
        return [*self._current.values(), *self._draining]

    def close(self) -> None:
        """Stop checking and cut everything off."""
        for target in self.all():
            _end(target)
        self._current.clear()
        self._draining.clear()

    def _drain(self, target: Target) -> None:
        target.health = DRAINING
        if target.checker is not None:
            target.checker.cancel()
        target.close_idle()
        self._draining.append(target)
        drainer = asyncio.create_task(self._finish(target, self.group.deregistration_delay_seconds))
        target.checker = drainer

    async def _finish(self, target: Target, delay_seconds: float) -> None:
        """Wait until nothing is in flight, for at most the delay, then forget the target."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + delay_seconds
        while target.exchanges and loop.time() < deadline:
            await asyncio.sleep(0.05)
        _end(target)
        self._draining.remove(target)


def _end(target: Target) -> None:
    if target.checker is not None and target.checker is not asyncio.current_task():
        target.checker.cancel()
    target.close_idle()
    for exchange in list(target.exchanges):
        exchange.fail(502)
