"""The engine: one tick brings every Auto Scaling group a step closer to what was asked."""

import threading
from typing import Any

from moto.autoscaling.models import autoscaling_backends

from emulator.aws.clock import Clock
from emulator.aws.failures import EmulatorInternalFailure, ErrorLog, noted
from emulator.aws.groups import health, lifecycle, scaling
from emulator.aws.groups.balancing import Balancing
from emulator.aws.groups.group import Context, Group
from emulator.aws.groups.member import Member
from emulator.aws.metrics.watching import Watching
from emulator.aws.patches import Patches
from emulator.aws.refresh import progress
from emulator.interfaces import Balancers, Machines

TICK_SECONDS = 0.25


class Engine:
    """Reconciles moto's Auto Scaling groups with machines and balancers.

    Every tick and every patched API call of EC2, Auto Scaling and the load balancers takes `lock`.

    Args:
        machines: where instances run.
        balancers: what serves them.
        clock: the time, and the factor of control-plane waits.
        log: receives the traceback of a tick that failed.
    """

    def __init__(
        self, machines: Machines, balancers: Balancers, clock: Clock, log: ErrorLog
    ) -> None:
        self.lock = threading.RLock()
        self.patches = Patches()
        self.balancing = Balancing(machines, balancers)
        self.context = Context(machines, balancers, clock)
        self.watching = Watching(self.context)
        self._log = log
        self._groups: dict[str, Group] = {}
        self._failures: dict[str, str] = {}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Tick in a thread of its own until `stop`."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="group engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; machines and balancers stay as they are."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def tick(self) -> None:
        """Bring every group one step further, then balancers, metrics and alarms."""
        with self.lock:
            self.context.look_again()
            for group in self.groups():
                with noted(self._log, f"group {group.asg.name}", self._failures):
                    self._reconcile(group)
            with noted(self._log, "load balancers", self._failures):
                self.balancing.serve()
            with noted(self._log, "metrics and alarms", self._failures):
                self.watching.watch(self.groups())

    def group(self, asg: Any) -> Group:
        """The engine's memory of one of moto's groups."""
        return self._groups.setdefault(asg.arn, Group(asg, self.context))

    def groups(self) -> list[Group]:
        """Every group that exists."""
        backends: list[Any] = [backend for *_, backend in autoscaling_backends.iter_backends()]
        return [self.group(asg) for b in backends for asg in b.autoscaling_groups.values()]

    def find(self, instance_id: str) -> tuple[Group, Member] | None:
        """The group and the member of an instance id."""
        for group in self.groups():
            member = group.find(instance_id)
            if member is not None:
                return group, member
        return None

    def lifecycle_state(self, instance_id: str) -> str | None:
        """Lifecycle state of an instance, for its metadata service; None outside any group."""
        with self.lock:
            found = self.find(instance_id)
            return None if found is None else str(found[1].lifecycle_state)

    def raise_failures(self) -> None:
        """Let whoever asks about groups know that ticks fail.

        Raises:
            EmulatorInternalFailure: the last tick failed; with its last line.
        """
        if self._failures:
            where, last = next(iter(self._failures.items()))
            raise EmulatorInternalFailure(
                f"the emulator failed while it worked on {where}: {last} "
                f"(traceback in {self._log.path})"
            )

    def _run(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            with noted(self._log, "the group engine", self._failures):
                self.tick()

    def _reconcile(self, group: Group) -> None:
        for member in group.members:
            health.observe(member, group)
            lifecycle.advance(group, member)
            health.check(member, group)
        scaling.replace_unhealthy(group)
        progress.advance(group)
        scaling.retire(group)
        scaling.scale(group)
        if group.deleting and not group.members:
            group.asg.autoscaling_backend.autoscaling_groups.pop(group.asg.name, None)
            self._groups.pop(group.asg.arn, None)
