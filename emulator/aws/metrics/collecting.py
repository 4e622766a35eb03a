"""Turn what balancers and groups count into samples.

Names, dimensions and the rule that a count of zero is not reported: "CloudWatch metrics for your
Application Load Balancer" and "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling".
"""

from collections import Counter
from typing import Any

from moto.elbv2.models import elbv2_backends

from emulator.aws.groups.group import Group
from emulator.aws.metrics.windows import Name, Windows
from emulator.interfaces import Balancers, Counters

ELB = "AWS/ApplicationELB"
SCALING = "AWS/AutoScaling"
PER_TARGET = "RequestCountPerTarget"


class Collecting:
    """Reads counters and remembers them, because a metric is what was added since."""

    def __init__(self, balancers: Balancers) -> None:
        self._balancers = balancers
        self._before: dict[str, Counters] = {}

    def balancers(self, windows: Windows) -> None:
        """Add what every load balancer counted since the last call."""
        backends: list[Any] = [backend for *_, backend in elbv2_backends.iter_backends()]
        for backend in backends:
            for balancer in backend.load_balancers.values():
                groups = [
                    group
                    for group in backend.target_groups.values()
                    if balancer.arn in group.load_balancer_arns
                ]
                self._balancer(windows, balancer.arn, groups)

    def _balancer(self, windows: Windows, arn: str, groups: list[Any]) -> None:
        counted = self._balancers.counters(arn)
        before = self._before.get(arn, Counters(0, {}, {}, {}, []))
        self._before[arn] = counted
        whole = {"LoadBalancer": arn.split("loadbalancer/")[-1]}
        _count(windows, "RequestCount", whole, counted.requests - before.requests)
        own = Counter(counted.elb_5xx)
        own.subtract(before.elb_5xx)
        # Others, such as 501 and 505, are counted in the sum alone.
        for status in ("500", "502", "503", "504"):
            _count(windows, f"HTTPCode_ELB_{status}_Count", whole, own[status])
        _count(windows, "HTTPCode_ELB_5XX_Count", whole, own.total())
        failed = sum(counted.target_5xx.values()) - sum(before.target_5xx.values())
        answered = sum(counted.target_requests.values()) - sum(before.target_requests.values())
        _count(windows, "HTTPCode_Target_5XX_Count", whole, failed)
        windows.add(_name(ELB, "TargetResponseTime", whole), *counted.latencies_seconds)
        for group in groups:
            both = {**whole, "TargetGroup": group.arn.split(":")[-1]}
            # A balancer of this emulator forwards to one target group.
            _count(windows, "RequestCount", both, answered)
            _count(windows, "HTTPCode_Target_5XX_Count", both, failed)
            windows.add(_name(ELB, "TargetResponseTime", both), *counted.latencies_seconds)
            states = [health.state for health in self._balancers.health(group.arn).values()]
            healthy = states.count("healthy")
            if healthy:
                # Always reported, a zero as well.
                each = answered / healthy
                windows.add(per_target(both["TargetGroup"]), each)
                windows.add(_name(ELB, PER_TARGET, both), each)
            windows.add(_name(ELB, "HealthyHostCount", both), healthy)
            windows.add(_name(ELB, "UnHealthyHostCount", both), states.count("unhealthy"))


def of_group(windows: Windows, group: Group) -> None:
    """Add the group's metrics that were enabled."""
    states = [member.lifecycle_state for member in group.members]
    values = {
        "GroupMinSize": int(group.asg.min_size),
        "GroupMaxSize": int(group.asg.max_size),
        "GroupDesiredCapacity": group.desired,
        "GroupInServiceInstances": states.count("InService"),
        "GroupPendingInstances": sum(state.startswith("Pending") for state in states),
        "GroupStandbyInstances": 0,
        "GroupTerminatingInstances": sum(state.startswith("Terminating") for state in states),
        "GroupTotalInstances": len(states),
    }
    for metric in set(group.asg.metrics) & set(values):
        name = _name(SCALING, metric, {"AutoScalingGroupName": group.asg.name})
        windows.add(name, values[metric])


def per_target(target_group: str) -> Name:
    """Requests for each healthy target, whose sum over a period is their number.

    Args:
        target_group: the end of its ARN, from `targetgroup/` on.
    """
    return _name(ELB, PER_TARGET, {"TargetGroup": target_group})


def _name(namespace: str, metric: str, dimensions: dict[str, str]) -> Name:
    return Name(namespace, metric, frozenset(dimensions.items()))


def _count(windows: Windows, metric: str, dimensions: dict[str, str], count: int) -> None:
    if count > 0:
        windows.add(_name(ELB, metric, dimensions), count)
