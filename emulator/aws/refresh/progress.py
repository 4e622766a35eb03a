"""Move an active instance refresh on, one tick at a time.

A refresh never launches or terminates by itself: it lets old instances give way, and the group's
scaling fills the gap and retires them as far as the healthy percentages allow. So a replacement
that dies is launched again, and a change of capacity in the middle needs no case of its own.

Source: User Guide, "How an instance refresh works", "checkpoints", "rollback"; API reference.
"""

import math

from emulator.aws.groups import health, lifecycle, scaling
from emulator.aws.groups.group import Group
from emulator.aws.groups.member import Member
from emulator.aws.groups.refresh_record import Refresh
from emulator.aws.refresh import outcome, validation

# "Amazon EC2 Auto Scaling keeps retrying for an hour", then the refresh fails (User Guide).
BLOCKED_SECONDS = 3600

WARMING = "Waiting for instances to warm up before continuing. For example: {} is warming up."
REMAINING = (
    "Waiting for remaining instances to be available. For example: {} has insufficient data to "
    "evaluate its health with Amazon EC2."
)
PROTECTED = "{} is protected. Remove instance scale-in protection to continue."


def advance(group: Group) -> None:
    """Move the group's active refresh one step further, if there is one."""
    refresh = group.refresh
    if refresh is None:
        return
    if refresh.status == "Cancelling":
        outcome.continue_cancelling(group, refresh)
        return
    if group.suspended("InstanceRefresh"):
        refresh.moved = group.context.now()
        refresh.reason = "The InstanceRefresh process is suspended."
        return
    if refresh.status == "Pending":
        refresh.status = "InProgress"
    count(group, refresh)
    if not _held_by_alarm(group, refresh):
        _proceed(group, refresh)


def count(group: Group, refresh: Refresh) -> None:
    """Bring percentages and the time of the last progress up to date."""
    fresh = _fresh(group, refresh)
    done = sum(scaling.ready(group, member) for member in fresh)
    warming = any(health.passes(m, group) and not scaling.ready(group, m) for m in fresh)
    if done != refresh.done or warming:
        refresh.moved = group.context.now()
    refresh.done = done
    total = max(1, group.desired - len(refresh.ignored))
    if refresh.rollback is not None:
        left = sum(member.instance_id in refresh.old for member in group.living)
        refresh.percentage = min(refresh.percentage, math.floor(100 * left / total))
        refresh.to_update = refresh.rollback.to_update
    else:
        refresh.percentage = min(100, math.floor(100 * done / total)) if group.desired else 100
        refresh.to_update = len(_untouched(group, refresh))


def _proceed(group: Group, refresh: Refresh) -> None:
    if refresh.status == "Baking":
        if group.context.now() >= (refresh.bakes_until or 0):
            outcome.succeed(group, refresh)
        return
    if _paused(group, refresh):
        return
    if _complete(group, refresh):
        outcome.complete(group, refresh)
        return
    waiting = _in_flight(group, refresh)
    if waiting is None:
        _next_step(group, refresh)
    else:
        refresh.reason = waiting
    blocked = group.context.now() - refresh.moved
    if blocked > _patience(group):
        outcome.fail(group, refresh, f"No progress for an hour. {refresh.reason}".strip())


def _patience(group: Group) -> float:
    """Return the seconds of the hour; shortened, it outlasts a boot as AWS's own hour does.

    Boots keep real seconds, and it is a boot's own deadline that says why a release is bad.
    """
    shortened = group.context.clock.shortened(BLOCKED_SECONDS)
    return min(BLOCKED_SECONDS, shortened + lifecycle.longest_boot(group))


def _held_by_alarm(group: Group, refresh: Refresh) -> bool:
    """Fail on an alarm; hold while one has no data. A rollback needs no alarm to be OK."""
    if refresh.rollback is not None:
        return False
    states = validation.alarm_states(group, refresh.preferences.alarms)
    for name, state in states.items():
        if state == "ALARM":
            outcome.fail(group, refresh, f"The CloudWatch alarm {name} is in the ALARM state.")
            return True
        if state != "OK":
            refresh.reason = f"Waiting for the CloudWatch alarm {name}: it has insufficient data."
            refresh.moved = group.context.now()
            return True
    return False


def _paused(group: Group, refresh: Refresh) -> bool:
    """Whether a checkpoint's delay runs; begin it when a checkpoint has been reached.

    Of several checkpoints passed at once only the last one counts, and the one of 100 % is no
    pause (User Guide, "Add checkpoints to an instance refresh").
    """
    if refresh.rollback is not None or not refresh.preferences.checkpoints:
        return False
    now = group.context.now()
    if refresh.paused_until is not None and now < refresh.paused_until:
        refresh.moved = now
        return True
    refresh.paused_until = None
    reached = [p for p in refresh.preferences.checkpoints if p <= refresh.percentage]
    if not reached or reached[-1] <= refresh.passed:
        return False
    refresh.passed = reached[-1]
    if refresh.passed == refresh.preferences.checkpoints[-1]:
        return False
    delay = group.context.clock.shortened(refresh.preferences.checkpoint_delay)
    refresh.paused_until = now + delay
    refresh.reason = f"Waiting at the checkpoint of {refresh.passed} percent."
    return True


def _complete(group: Group, refresh: Refresh) -> bool:
    last = refresh.preferences.checkpoints[-1] if refresh.preferences.checkpoints else 100
    if any(member.giving_way for member in group.living):
        return False
    if refresh.rollback is None and last < 100:
        return refresh.percentage >= last
    return not _untouched(group, refresh) and _all_ready(group, refresh)


def _all_ready(group: Group, refresh: Refresh) -> bool:
    fresh = _fresh(group, refresh)
    return len(fresh) + len(refresh.ignored) >= group.desired and all(
        scaling.ready(group, member) for member in fresh
    )


def _in_flight(group: Group, refresh: Refresh) -> str | None:
    """Why no further instance gives way now; None when the next step can begin."""
    for member in _fresh(group, refresh):
        if not scaling.ready(group, member):
            return (WARMING if member.in_service else REMAINING).format(member.instance_id)
    leaving = next((m for m in group.living if m.giving_way), None)
    if leaving is not None or len(group.counted) < group.desired:
        example = leaving.instance_id if leaving else "a new instance"
        return REMAINING.format(example)
    return None


def _next_step(group: Group, refresh: Refresh) -> None:
    candidates = _candidates(group, refresh)
    for member in candidates[: _step(group, refresh)]:
        member.giving_way = True
        refresh.moved = group.context.now()
    refresh.reason = "" if candidates else _blocked(group, refresh)


def _step(group: Group, refresh: Refresh) -> int:
    step = refresh.preferences.limits.step(group.desired)
    ahead = [p for p in refresh.preferences.checkpoints if p > refresh.passed]
    if not ahead or refresh.rollback is not None:
        return step
    total = max(1, group.desired - len(refresh.ignored))
    return min(step, max(1, math.ceil(total * ahead[0] / 100) - refresh.done))


def _candidates(group: Group, refresh: Refresh) -> list[Member]:
    """Instances that may give way next: the fullest zone first, of it the oldest."""
    found = []
    for member in _untouched(group, refresh):
        if not member.protected_from_scale_in or refresh.preferences.protected == "Refresh":
            found.append(member)
    population = [member.zone for member in group.living]
    return sorted(found, key=lambda m: (m.healthy, -population.count(m.zone), m.launched_at))


def _blocked(group: Group, refresh: Refresh) -> str:
    for member in _untouched(group, refresh):
        return PROTECTED.format(member.instance_id)
    return ""


def _untouched(group: Group, refresh: Refresh) -> list[Member]:
    """Instances whose replacement has not begun."""
    return [m for m in group.living if m.instance_id in refresh.old and not m.giving_way]


def _fresh(group: Group, refresh: Refresh) -> list[Member]:
    """Instances that are as they should be, ready or not."""
    gone = refresh.old | refresh.ignored
    return [member for member in group.counted if member.instance_id not in gone]
