"""The four instance refresh calls, which moto lacks."""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from emulator.aws.groups.group import Group
from emulator.aws.groups.refresh_record import Refresh
from emulator.aws.patches import Patches
from emulator.aws.refresh import outcome, validation
from emulator.aws.services.groups import existing, paged

NONE_ACTIVE = "There is no active instance refresh for the Auto Scaling group."
IRREVERSIBLE = (
    "The instance refresh cannot be rolled back: a desired configuration and a numbered version "
    "of the launch template on the Auto Scaling group are needed."
)
# "Up to six weeks of history" (API reference, DescribeInstanceRefreshes).
HISTORY_SECONDS = 42 * 86400


def install(patches: Patches) -> None:
    """Add the calls to moto."""

    patches.methods(AutoScalingResponse, _Responses)


class _Responses:
    def start_instance_refresh(self: Any) -> ActionResult:
        refresh = _started(self.emulator.group(existing(self)), self.params)
        return ActionResult({"InstanceRefreshId": refresh.id})

    def describe_instance_refreshes(self: Any) -> ActionResult:
        group = self.emulator.group(existing(self))
        ids = self.params.get("InstanceRefreshIds")
        oldest = group.context.now() - HISTORY_SECONDS
        answers = [
            refresh.answer(group.asg.name)
            for refresh in reversed(group.refreshes)
            if refresh.started >= oldest and (not ids or refresh.id in ids)
        ]
        page, token = paged(answers, self.params)
        return ActionResult({"InstanceRefreshes": page, "NextToken": token})

    def cancel_instance_refresh(self: Any) -> ActionResult:
        group, refresh = _active(self)
        outcome.cancel(group, refresh, self.params.get("WaitForTransitioningInstances", True))
        return ActionResult({"InstanceRefreshId": refresh.id})

    def rollback_instance_refresh(self: Any) -> ActionResult:
        group, refresh = _active(self)
        if refresh.desired is None or not validation.has_numbered_version(group):
            raise AutoscalingClientError("IrreversibleInstanceRefresh", IRREVERSIBLE)
        if refresh.rollback is None:
            outcome.roll_back(group, refresh, "Rollback due to user request.")
        return ActionResult({"InstanceRefreshId": refresh.id})


def _active(response: Any) -> tuple[Group, Refresh]:
    group = response.emulator.group(existing(response))
    refresh = group.refresh
    if refresh is None or refresh.status == "Cancelling":
        raise AutoscalingClientError("ActiveInstanceRefreshNotFound", NONE_ACTIVE)
    return group, refresh


def _started(group: Group, params: Any) -> Refresh:
    validation.in_progress(group)
    validation.rolling(params.get("Strategy"))
    asked = params.get("DesiredConfiguration")
    preferences = validation.preferences(group, params.get("Preferences") or {})
    desired = validation.desired(group, asked)
    validation.rollback(group, preferences.auto_rollback, desired)
    validation.alarms_ok(group, preferences.alarms)
    now = group.context.now()
    present = {member.instance_id for member in group.living}
    refresh = Refresh(preferences, desired, asked, now, now, present, set(present))
    _leave_alone(group, refresh)
    refresh.to_update = len(refresh.old)
    group.refreshes.append(refresh)
    return refresh


def _leave_alone(group: Group, refresh: Refresh) -> None:
    """Take out what is ignored or matches already.

    Skip matching compares the launch template and its version (User Guide, "Use an instance
    refresh with skip matching"), not what the user data fetches.
    """
    wanted = refresh.desired or group.saved_template()
    for member in group.living:
        matches = refresh.preferences.skip_matching and member.template == wanted
        ignored = bool(member.protected_from_scale_in) and refresh.preferences.protected == "Ignore"
        if ignored:
            refresh.ignored.add(member.instance_id)
        if matches or ignored:
            refresh.old.discard(member.instance_id)
