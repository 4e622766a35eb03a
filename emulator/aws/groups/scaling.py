"""Keep a group at its desired capacity, replace what is unhealthy, retire what gave way."""

from emulator.aws.groups import activities, health, launching, lifecycle
from emulator.aws.groups.group import Group
from emulator.aws.groups.limits import Limits
from emulator.aws.groups.member import Member


def replace_unhealthy(group: Group) -> None:
    """Take unhealthy members out.

    By default one is terminated and another launched meanwhile; under an instance maintenance
    policy or an instance refresh it gives way, so that the minimum healthy percentage holds. One
    whose machine is gone has nothing left to give.

    Source: User Guide, "View the reason for health check failures" and "Instance maintenance
    policies".
    """
    if group.suspended("ReplaceUnhealthy"):
        return
    for member in group.members:
        if not member.in_service or member.healthy or member.giving_way:
            continue
        if member.vanished or limits(group) is None:
            _take_out(group, member)
        else:
            member.giving_way = True


def retire(group: Group) -> None:
    """Terminate the members that gave way, as far as enough others are ready."""
    bounds = limits(group) or Limits(0)
    kept = bounds.kept(group.desired)
    able = sum(ready(group, member) for member in group.counted)
    leaving = [m for m in group.living if m.giving_way]
    serving = [m for m in leaving if m.healthy and m.in_service]
    if group.suspended("Terminate"):
        return
    if able + len(serving) >= kept:
        for member in (m for m in leaving if m not in serving):
            _take_out(group, member)
    for member in serving[: max(0, able + len(serving) - kept)]:
        _take_out(group, member)


def scale(group: Group) -> None:
    """Launch or terminate until the counted members are as many as desired."""
    surplus = len(group.counted) - group.desired
    if surplus > 0 and not group.suspended("Terminate"):
        _scale_in(group, surplus)
    elif surplus < 0 and not group.suspended("Launch") and group.context.now() >= group.retry_at:
        _scale_out(group, -surplus)
    if surplus == 0:
        group.causes.clear()


def limits(group: Group) -> Limits | None:
    """The bounds of the active instance refresh, else of the maintenance policy, else none."""
    refresh = group.refresh
    if refresh is not None:
        return refresh.preferences.limits
    policy = getattr(group.asg, "instance_maintenance_policy", None) or {}
    minimum = int(policy.get("MinHealthyPercentage", -1))
    maximum = int(policy.get("MaxHealthyPercentage", -1))
    return None if minimum < 0 else Limits(minimum, None if maximum < 0 else maximum)


def ready(group: Group, member: Member) -> bool:
    """Whether a member passes its checks and is warm.

    The warm-up is the active refresh's, else the group's; what was there when a refresh started
    is not made to warm up for it.
    """
    refresh = group.refresh
    if refresh is None:
        return health.ready(member, group, group.warmup)
    present = member.instance_id in refresh.present
    return health.ready(member, group, 0 if present else refresh.preferences.warmup)


def _scale_out(group: Group, count: int) -> None:
    for _ in range(count):
        before = len(group.counted)
        if launching.launch(group, group.template(), _launch_cause(group, before)) is None:
            return
        group.owed = max(0, group.owed - 1)


def _launch_cause(group: Group, before: int) -> str:
    now = group.context.now()
    if group.causes:
        return "  ".join([*group.causes, activities.grew(now, before, group.desired)])
    if group.owed > 0:
        return activities.replaced(now)
    if group.refresh is not None:
        return activities.refreshed_in(now)
    return activities.grew(now, before, group.desired)


def _scale_in(group: Group, count: int) -> None:
    now = group.context.now()
    before = len(group.counted)
    for _ in range(count):
        member = victim(group)
        if member is None:
            return
        cause = [
            *group.causes,
            activities.shrank(now, before, group.desired),
            activities.selected(now, member.instance_id),
        ]
        lifecycle.terminate(group, member, "  ".join(cause))


def victim(group: Group) -> Member | None:
    """The member that the termination policy chooses, protected ones left out.

    The zone with the most instances first; of those, one that does not serve yet, one from the
    oldest template version, the oldest one.

    Source: User Guide, "Configure termination policies for Amazon EC2 Auto Scaling".
    """
    candidates = [m for m in group.counted if group.deleting or not m.protected_from_scale_in]
    if not candidates:
        return None
    population = [member.zone for member in group.counted]
    policy = (group.asg.termination_policies or ["Default"])[0]
    age = -1 if policy == "NewestInstance" else 1

    def order(member: Member) -> tuple[float, ...]:
        crowded = -population.count(member.zone)
        version = 0 if policy in ("OldestInstance", "NewestInstance") else member.template.number
        return (crowded, 0 if member.launching else 1, version, age * member.launched_at)

    return min(candidates, key=order)


def refreshed(group: Group, member: Member) -> str:
    """Why an instance refresh takes a member out."""
    now = group.context.now()
    return "  ".join([activities.refreshed_out(now), activities.selected(now, member.instance_id)])


def _take_out(group: Group, member: Member) -> None:
    now = group.context.now()
    if member.healthy:
        cause = refreshed(group, member)
    else:
        cause = activities.unhealthy(now, member.reason or health.BY_USER)
        group.owed += 1
    lifecycle.terminate(group, member, cause)
