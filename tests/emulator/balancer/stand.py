"""One load balancer, its targets and its clients."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from emulator.balancer.client import ProcessBalancers
from emulator.interfaces import HealthCheck, TargetGroup, TargetHealth
from tests.emulator.balancer.sockets import Answer, Client, Target, say_ok

CHECK = HealthCheck("/health", 0.1, 0.5, healthy_threshold=2, unhealthy_threshold=2)


@dataclass
class Stand:
    """What a test acts on."""

    balancers: ProcessBalancers
    port: int
    group: TargetGroup = field(
        default_factory=lambda: TargetGroup("group", CHECK, 5.0, {}),
    )
    idle_seconds: float = 30.0
    targets: list[Target] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    def target(self, answer: Answer = say_ok, health_status: int | None = 200) -> Target:
        """A target that listens and is not registered."""
        target = Target(answer, health_status)
        self.targets.append(target)
        return target

    def register(self, *targets: Target) -> None:
        """Make these the group's targets, named `t0`, `t1`… by their order."""
        ports = {f"t{self.targets.index(target)}": target.port for target in targets}
        self.group = replace(self.group, targets=ports)
        self.serve()

    def serve(self) -> None:
        self.balancers.serve("lb", self.group, self.idle_seconds)

    def healthy(self, *targets: Target) -> None:
        """Register targets and wait until all are healthy."""
        self.register(*targets)
        for name in self.group.targets:
            self.wait(lambda name=name: self.state(name) == "healthy")  # type: ignore[misc]

    def serving(self, answer: Answer = say_ok) -> Target:
        """A healthy target."""
        target = self.target(answer)
        self.healthy(target)
        return target

    def health(self, name: str) -> TargetHealth | None:
        return self.balancers.health("group").get(name)

    def state(self, name: str) -> str | None:
        health = self.health(name)
        return health.state if health else None

    def client(self) -> Client:
        client = Client(self.port)
        self.clients.append(client)
        return client

    def get(self, path: str = "/", *headers: str) -> tuple[int, bytes, bytes]:
        """One request on a connection of its own."""
        return self.client().get(path, *headers)

    def wait(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not in {seconds} s: {self.balancers.health('group')}")
            time.sleep(0.02)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for target in self.targets:
            target.close()
