"""Target tracking: a group's desired capacity follows its processors or its requests.

Source: User Guide, "Target tracking scaling policies": out in proportion and as fast as it can, in
more gradually, rounded so that more capacity stays; instances that warm up are part of the
capacity, are not counted in the metric, and hold up every scale-in. That the two alarms look at
3 and at 15 minutes, and that the lower one stands at 90 % of the target, is what AWS's own alarms
of such policies say. What a predefined metric is made of: API reference,
PredefinedMetricSpecification.
"""

import math
import uuid
from typing import Any

from emulator.aws.groups import activities
from emulator.aws.groups.group import Group
from emulator.aws.metrics.collecting import per_target
from emulator.aws.metrics.processors import of_group
from emulator.aws.metrics.windows import WINDOW_SECONDS, Name, Windows

PROCESSORS, REQUESTS = "ASGAverageCPUUtilization", "ALBRequestCountPerTarget"
MEASURES = (PROCESSORS, REQUESTS)
MINUTES_OUT, MINUTES_IN = 3, 15
LOWER = 0.9


def follow(group: Group, windows: Windows) -> None:
    """Change the desired capacity where the group's policy asks for it, once a minute of AWS."""
    if group.suspended("AlarmNotification"):
        return
    for policy in list(group.asg.autoscaling_backend.policies.values()):
        if policy.auto_scaling_group_name == group.asg.name:
            _follow(group, policy, windows)


def _follow(group: Group, policy: Any, windows: Windows) -> None:
    settings = getattr(policy.target_tracking_configuration, "__dict__", {})
    if not (measured := _measured(group, settings.get("PredefinedMetricSpecification", {}))):
        return
    name, statistic = measured
    target = float(settings["TargetValue"])
    periods = windows.periods(name, WINDOW_SECONDS, MINUTES_IN)
    points = [samples.statistic(statistic) for samples in periods]
    known = [point for point in points if point is not None]
    if all(point is not None and point > target for point in points[-MINUTES_OUT:]):
        warm = sum(group.warm(member) for member in group.members)
        needed = math.ceil(warm * known[-1] / target)
        _change(group, policy, "High", max(group.desired, min(needed, int(group.asg.max_size))))
    elif len(known) == MINUTES_IN and max(known) < LOWER * target:
        gradual = settings.get("DisableScaleIn") is not True and _settled(group)
        fewer = max(group.desired - 1, int(group.asg.min_size))
        if gradual and math.ceil(group.desired * known[-1] / target) <= fewer:
            _change(group, policy, "Low", fewer)


def _measured(group: Group, specification: dict[str, Any]) -> tuple[Name, str] | None:
    """The metric that a policy follows and its statistic; None where it follows no metric."""
    measure = specification.get("PredefinedMetricType")
    if measure == PROCESSORS:
        return of_group(group), "Average"
    if measure == REQUESTS:
        _, _, target_group = specification["ResourceLabel"].partition("/targetgroup/")
        return per_target(f"targetgroup/{target_group}"), "Sum"
    return None


def _settled(group: Group) -> bool:
    """Whether nothing is launched, warms up or is about to go."""
    return len(group.members) == group.desired and all(map(group.warm, group.members))


def _change(group: Group, policy: Any, level: str, after: int) -> None:
    before = group.desired
    if after == before:
        return
    # AWS names the alarm after group and policy, with an id of its own.
    id_ = uuid.uuid5(uuid.NAMESPACE_URL, policy.arn + level)
    alarm = f"TargetTracking-{group.asg.name}-Alarm{level}-{id_}"
    group.asg.desired_capacity = after
    group.causes.append(
        activities.tracked(group.context.now(), alarm, policy.name, before=before, after=after)
    )
