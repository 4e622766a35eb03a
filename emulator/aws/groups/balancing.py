"""Tell the balancers what moto's load balancers and target groups say."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from moto.elbv2.models import elbv2_backends

from emulator.interfaces import Balancers, HealthCheck, Machines, TargetGroup

_Served = tuple[TargetGroup, float]


class Balancing:
    """Serves every load balancer that moto knows, and tells a balancer only what changed."""

    def __init__(self, machines: Machines, balancers: Balancers) -> None:
        self._machines = machines
        self._balancers = balancers
        self._served: dict[str, _Served] = {}

    def serve(self) -> None:
        """Bring the balancers up to date."""
        backends: list[Any] = [backend for *_, backend in elbv2_backends.iter_backends()]
        for backend in backends:
            for balancer in list(backend.load_balancers.values()):
                self._serve(backend, balancer)

    def forget(self, arn: str) -> None:
        """Stop a load balancer that was deleted."""
        self._served.pop(arn, None)
        self._balancers.remove(arn)

    def _serve(self, backend: Any, balancer: Any) -> None:
        group = backend.target_groups.get(_forwards_to(balancer))
        if group is None:
            return
        idle = float(balancer.attrs.get("idle_timeout.timeout_seconds", 60))
        wanted = (self._target_group(group), idle)
        if self._served.get(balancer.arn) != wanted:
            self._balancers.serve(balancer.arn, *wanted)
            self._served[balancer.arn] = wanted

    def _target_group(self, group: Any) -> TargetGroup:
        delay = group.attributes.get("deregistration_delay.timeout_seconds", 300)
        return TargetGroup(
            arn=group.arn,
            health_check=HealthCheck(
                path=group.health_check_path or "/",
                interval_seconds=float(group.health_check_interval_seconds),
                timeout_seconds=float(group.health_check_timeout_seconds),
                healthy_threshold=int(group.healthy_threshold_count),
                unhealthy_threshold=int(group.unhealthy_threshold_count),
                matcher=str((group.matcher or {}).get("HttpCode", "200")),
            ),
            deregistration_delay_seconds=float(delay),
            targets=dict(self._ports(group.targets)),
        )

    def _ports(self, target_ids: Iterable[str]) -> Iterator[tuple[str, int]]:
        for target_id in target_ids:
            # Anything can be registered; what is no machine of this emulator gets no requests.
            with contextlib.suppress(KeyError):
                yield target_id, self._machines.port(target_id)


def _forwards_to(balancer: Any) -> str:
    """The ARN of the first target group that a listener forwards to; empty without one."""
    for listener in sorted(balancer.listeners.values(), key=lambda item: int(item.port)):
        for action in listener.default_actions:
            arn = _target_of(action.data)
            if arn:
                return arn
    return ""


def _target_of(action: dict[str, Any]) -> str:
    if action.get("Type") != "forward":
        return ""
    if action.get("TargetGroupArn"):
        return str(action["TargetGroupArn"])
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    return str(groups[0]["TargetGroupArn"]) if groups else ""
