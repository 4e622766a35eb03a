"""Machines, balancers and a clock that a test moves by hand."""

from collections import defaultdict

from emulator.aws import Clock
from emulator.interfaces import (
    Counters,
    HealthState,
    MachineSpec,
    MachineState,
    TargetGroup,
    TargetHealth,
)

BEGIN = 1_800_000_000.0


class FakeClock(Clock):
    def __init__(self, factor: float = 1.0) -> None:
        super().__init__(factor)
        self.time = BEGIN

    def now(self) -> float:
        return self.time


class FakeMachines:
    """Machines that run at once and, terminated, are gone at once."""

    def __init__(self) -> None:
        self.specs: dict[str, MachineSpec] = {}
        self.states: dict[str, MachineState] = {}
        self.console: dict[str, bytes] = defaultdict(bytes)
        self.cpu: dict[str, float] = defaultdict(float)
        self.starts: MachineState = "running"

    def launch(self, spec: MachineSpec) -> None:
        self.specs[spec.instance_id] = spec
        self.states[spec.instance_id] = self.starts

    def terminate(self, instance_id: str) -> None:
        self.states[instance_id] = "terminated"

    def state(self, instance_id: str) -> MachineState:
        return self.states[instance_id]

    def port(self, instance_id: str) -> int:
        if instance_id not in self.specs:
            raise KeyError(instance_id)
        return 20000 + list(self.specs).index(instance_id)

    def cpu_seconds(self) -> dict[str, float]:
        return {id_: self.cpu[id_] for id_, state in self.states.items() if state == "running"}

    def console_output(self, instance_id: str) -> bytes:
        return self.console[instance_id]

    def close(self) -> None:
        self.states.clear()


class FakeBalancers:
    """Balancers whose targets are healthy at once; one that was taken out drains until told."""

    def __init__(self) -> None:
        self.groups: dict[str, TargetGroup] = {}
        self.states: dict[str, HealthState] = {}
        self.draining: dict[str, set[str]] = defaultdict(set)
        self.drains = False
        self.counts = Counters(0, {}, {}, {}, [])
        self.listening: list[str] = []

    def listen(self, load_balancer_arn: str) -> int:
        self.listening.append(load_balancer_arn)
        return 18080

    def serve(
        self, load_balancer_arn: str, group: TargetGroup, idle_timeout_seconds: float
    ) -> None:
        before = self.groups.get(group.arn)
        if before is not None and self.drains:
            self.draining[group.arn] |= set(before.targets) - set(group.targets)
        self.groups[group.arn] = group

    def remove(self, load_balancer_arn: str) -> None:
        self.listening.remove(load_balancer_arn)

    def health(self, target_group_arn: str) -> dict[str, TargetHealth]:
        group = self.groups.get(target_group_arn)
        if group is None:
            return {}
        found = {id_: TargetHealth(self.states.get(id_, "healthy")) for id_ in group.targets}
        for id_ in self.draining[target_group_arn]:
            found[id_] = TargetHealth("draining", "Target.DeregistrationInProgress")
        return found

    def counters(self, load_balancer_arn: str) -> Counters:
        return self.counts

    def close(self) -> None:
        self.groups.clear()
