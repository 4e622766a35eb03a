"""Single instances of a group: lifecycle actions, health, protection, termination."""

from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup, LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from emulator.aws.clock import stamp
from emulator.aws.groups import activities, health, lifecycle
from emulator.aws.groups.group import Group
from emulator.aws.groups.member import HookWait, Member
from emulator.aws.patches import Patches
from emulator.aws.services.groups import existing

PROCESSES = (
    "Launch",
    "Terminate",
    "AddToLoadBalancer",
    "AlarmNotification",
    "AZRebalance",
    "HealthCheck",
    "InstanceRefresh",
    "ReplaceUnhealthy",
    "ScheduledActions",
)


def install(patches: Patches) -> None:
    """Patch moto's calls for single instances, and add those that it lacks."""

    patches.methods(AutoScalingResponse, _Responses)
    _hooks_without_a_target(patches)
    patches.replace(FakeAutoScalingGroup, "suspended_processes", _Suspensions())


class _Responses:
    def complete_lifecycle_action(self: Any) -> ActionResult:
        _, wait = _waiting(self)
        result = self.params["LifecycleActionResult"]
        if result not in ("CONTINUE", "ABANDON"):
            raise ValidationError(f"Invalid LifecycleActionResult: {result}")
        wait.result = result
        return EmptyResult()

    def record_lifecycle_action_heartbeat(self: Any) -> ActionResult:
        group, wait = _waiting(self)
        wait.deadline = group.context.now() + wait.timeout
        return EmptyResult()

    def set_instance_health(self: Any) -> ActionResult:
        group, member = _named(self, self.params["InstanceId"])
        status = self.params["HealthStatus"]
        respects = self.params.get("ShouldRespectGracePeriod", True)
        if status == "Healthy":
            member.health_status, member.reason = "Healthy", ""
        elif not (respects and health.in_grace(member, group)):
            health.mark(member, health.BY_USER)
        return EmptyResult()

    def terminate_instance_in_auto_scaling_group(self: Any) -> ActionResult:
        group, member = _named(self, self.params["InstanceId"])
        before = group.desired
        if self.params.get("ShouldDecrementDesiredCapacity"):
            _decrement(group)
        now = group.context.now()
        cause = activities.requested(now, member.instance_id, before, group.desired)
        activity = lifecycle.terminate(group, member, cause)
        return ActionResult({"Activity": activity.answer(group.asg)})

    def enter_standby(self: Any) -> ActionResult:
        raise NotImplementedError("the emulator keeps no instance in standby: terminate it")

    exit_standby = enter_standby

    def attach_instances(self: Any) -> ActionResult:
        raise NotImplementedError("the emulator attaches no instances: a group launches its own")

    def detach_instances(self: Any) -> ActionResult:
        raise NotImplementedError("the emulator detaches no instances: terminate them")

    def suspend_processes(self: Any) -> ActionResult:
        asg = existing(self)
        added = _processes(self.params)
        now = self.emulator.group(asg).context.now()
        known = _reasons(asg)
        reasons = {name: known.get(name, f"User suspended at {stamp(now)}") for name in added}
        asg.emulator_suspension_reasons = {**known, **reasons}
        asg.suspended_processes = sorted(_suspended(asg) | added)
        return EmptyResult()

    def resume_processes(self: Any) -> ActionResult:
        asg = existing(self)
        asg.suspended_processes = sorted(_suspended(asg) - _processes(self.params))
        return EmptyResult()


class _Suspensions:
    """The group's suspended processes, each with AWS's reason, where moto says nothing."""

    def __get__(self, asg: Any, owner: Any) -> Any:
        if asg is None:
            return self
        reasons = _reasons(asg)
        names = vars(asg).get("_suspended_processes", [])
        return [{"ProcessName": n, "SuspensionReason": reasons.get(n, "")} for n in names]

    def __set__(self, asg: Any, names: list[str]) -> None:
        asg._suspended_processes = names
        asg.emulator_suspension_reasons = {n: r for n, r in _reasons(asg).items() if n in names}


def _reasons(asg: Any) -> dict[str, str]:
    return dict(vars(asg).get("emulator_suspension_reasons", {}))


def _hooks_without_a_target(patches: Patches) -> None:
    """A hook that was put without a notification target has none; moto makes one up."""
    original = LifecycleHook.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.role_arn = self.notification_target_arn = None
        self.global_timeout = int(
            min(lifecycle.LONGEST_WAIT_SECONDS, lifecycle.MOST_TIMEOUTS * self.heartbeat_timeout)
        )

    patches.replace(LifecycleHook, "__init__", init)


def _waiting(response: Any) -> tuple[Group, HookWait]:
    group = response.emulator.group(existing(response))
    params = response.params
    name, token = params["LifecycleHookName"], params.get("LifecycleActionToken")
    instance_id = params.get("InstanceId")
    for member in group.members:
        for wait in member.waits:
            if wait.name != name or wait.result is not None:
                continue
            if token == wait.token or (token is None and instance_id == member.instance_id):
                return group, wait
    if token is not None:
        raise ValidationError(f"No active Lifecycle Action found with token {token}")
    raise ValidationError(f"No active Lifecycle Action found with instance ID {instance_id}")


def _named(response: Any, instance_id: str) -> tuple[Group, Member]:
    found: tuple[Group, Member] | None = response.emulator.find(instance_id)
    if found is None or found[1].terminating:
        raise ValidationError(
            f"Instance Id not found - No managed instance found for instance ID {instance_id}"
        )
    return found


def _listed(group: Group, instance_ids: list[str]) -> list[Member]:
    members = [group.find(instance_id) for instance_id in instance_ids]
    if None in members:
        raise ValidationError(
            f"The instance {instance_ids} is not part of Auto Scaling group {group.asg.name}."
        )
    return [member for member in members if member is not None]


def _decrement(group: Group) -> None:
    if group.desired <= int(group.asg.min_size):
        raise ValidationError(
            "Currently, desiredSize equals minSize "
            f"({group.asg.min_size}). Terminating instance without replacement will violate "
            "group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false "
            "or lower group's min size."
        )
    group.asg.desired_capacity -= 1


def _processes(params: Any) -> set[str]:
    asked = set(params.get("ScalingProcesses") or PROCESSES)
    unknown = asked - set(PROCESSES)
    if unknown:
        raise ValidationError(f"Process type {sorted(unknown)[0]} is not supported.")
    return asked


def _suspended(asg: Any) -> set[str]:
    return {entry["ProcessName"] for entry in asg.suspended_processes}
