"""How an instance refresh ends, and how it turns round."""

from emulator.aws.groups import lifecycle, scaling
from emulator.aws.groups.group import Group
from emulator.aws.groups.refresh_record import Refresh, Rollback

CANCELLED = "Cancelled due to user request."


def complete(group: Group, refresh: Refresh) -> None:
    """All is replaced: bake if that was asked, else end."""
    now = group.context.now()
    if refresh.rollback is not None:
        refresh.percentage = 0
        refresh.end("RollbackSuccessful", now)
    elif refresh.preferences.bake > 0:
        refresh.status, refresh.reason = "Baking", ""
        refresh.bakes_until = now + group.context.clock.shortened(refresh.preferences.bake)
    else:
        succeed(group, refresh)


def succeed(group: Group, refresh: Refresh) -> None:
    """End as Successful; the desired configuration becomes the group's own."""
    if refresh.desired is not None:
        version = {"LaunchTemplateId": refresh.desired.id, "Version": str(refresh.desired.number)}
        group.asg._set_launch_configuration(None, version, None)
    refresh.end("Successful", group.context.now())


def fail(group: Group, refresh: Refresh, reason: str) -> None:
    """End as failed, or turn round where AutoRollback was asked."""
    now = group.context.now()
    if refresh.rollback is not None:
        _stop_giving_way(group)
        refresh.end("RollbackFailed", now, reason)
    elif refresh.preferences.auto_rollback:
        roll_back(group, refresh, reason)
    else:
        _stop_giving_way(group)
        refresh.end("Failed", now, reason)


def roll_back(group: Group, refresh: Refresh, reason: str) -> None:
    """Turn round: what was launched since the start is replaced from the group's own version.

    What has not come into service is terminated at once; what has not been touched stays.
    """
    now = group.context.now()
    _stop_giving_way(group)
    launched = [m for m in group.living if m.instance_id not in refresh.present]
    refresh.rollback = Rollback(reason, now, refresh.percentage, refresh.to_update)
    refresh.status, refresh.reason, refresh.moved = "RollbackInProgress", reason, now
    refresh.old = {member.instance_id for member in launched}
    for member in launched:
        if member.launching:
            lifecycle.terminate(group, member, scaling.refreshed(group, member))


def cancel(group: Group, refresh: Refresh, wait: bool) -> None:
    """Stop replacing; with `wait` what is under way comes to its end first."""
    if wait:
        refresh.status, refresh.reason = "Cancelling", CANCELLED
        return
    _stop_giving_way(group)
    refresh.end("Cancelled", group.context.now(), CANCELLED)


def continue_cancelling(group: Group, refresh: Refresh) -> None:
    """End as Cancelled once no launch and no replacement is under way.

    A replacement that fails now is not launched again: the instance that gave way for it stays.
    """
    missing = group.desired - len(group.counted)
    for member in [m for m in group.living if m.giving_way][: max(0, missing)]:
        member.giving_way = False
    under_way = any(member.launching or member.giving_way for member in group.living)
    if not under_way:
        refresh.end("Cancelled", group.context.now(), CANCELLED)


def _stop_giving_way(group: Group) -> None:
    for member in group.living:
        if member.healthy:
            member.giving_way = False
