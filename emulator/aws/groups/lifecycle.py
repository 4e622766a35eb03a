"""A member's way into service and out of it.

Pending -> Pending:Wait (launch hooks) -> Pending:Proceed (registered with the target groups) ->
InService -> Terminating (deregistered, draining) -> Terminating:Wait (termination hooks) ->
Terminating:Proceed (the machine shuts down) -> gone.

Source: User Guide, "Amazon EC2 Auto Scaling instance lifecycle" and "lifecycle hooks".
"""

from typing import Any

from moto.ec2.models.instances import InstanceState as InstanceStatus

from emulator.aws.groups import activities
from emulator.aws.groups.activities import Activity
from emulator.aws.groups.group import Group
from emulator.aws.groups.member import HookWait, Member

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"

# A hook cannot be kept waiting for more than 48 hours or 100 heartbeat timeouts.
LONGEST_WAIT_SECONDS = 48 * 3600
MOST_TIMEOUTS = 100

BECAME_UNHEALTHY = (
    "Instance became unhealthy while waiting for instance to be in InService state. "
    "Termination Reason: Client.InstanceInitiatedShutdown: Instance initiated shutdown"
)


def hold_at_launch(group: Group, member: Member) -> None:
    """Hold a new member at the group's launch hooks, before anything of it has run."""
    _hold(group, member, LAUNCHING)
    member.lifecycle_state = "Pending:Wait" if member.waits else "Pending:Proceed"
    if member.waits:
        member.activity.advance("MidLifecycleAction", 40)


def advance(group: Group, member: Member) -> None:
    """Move one member as far as it can go now."""
    if member.lifecycle_state == "Pending:Wait":
        _launch_hooks(group, member)
    elif member.lifecycle_state == "Pending:Proceed":
        _enter_service(group, member)
    elif member.lifecycle_state == "Terminating":
        _drain(group, member)
    elif member.lifecycle_state == "Terminating:Wait":
        _termination_hooks(group, member)
    elif member.lifecycle_state == "Terminating:Proceed":
        _end(group, member)


def terminate(group: Group, member: Member, cause: str) -> Activity:
    """Take a member out: deregister it, then drain, hooks and shutdown in later ticks."""
    now = group.context.now()
    activity = Activity(
        f"Terminating EC2 instance: {member.instance_id}",
        cause,
        now,
        dict(member.activity.details),
    )
    if member.launching:
        member.activity.end(
            now, "Cancelled", "The instance was terminated before it was in service"
        )
    member.activity = group.record(activity)
    member.waits = []
    member.giving_way = False
    member.lifecycle_state = "Terminating"
    deregister(group, member)
    return activity


def deregister(group: Group, member: Member) -> None:
    """Take a member's target out of every target group; the balancers let it drain."""
    for target_group in group.target_groups():
        if member.instance_id in target_group.targets:
            target_group.deregister([{"Id": member.instance_id}])


def register(group: Group, member: Member) -> None:
    """Register a member with every target group of its group."""
    for target_group in group.target_groups():
        target_group.register([{"Id": member.instance_id, "Port": target_group.port}])


def registered(group: Group, member: Member) -> bool:
    """Whether every target group has the member."""
    return all(member.instance_id in tg.targets for tg in group.target_groups())


def longest_boot(group: Group) -> float:
    """Return how long a launch may be held before a hook times out, in seconds."""
    return max((float(hook.heartbeat_timeout) for hook in _hooks(group, LAUNCHING)), default=0.0)


def _hooks(group: Group, transition: str) -> list[Any]:
    hooks = group.asg.autoscaling_backend.describe_lifecycle_hooks(group.asg.name)
    return [hook for hook in hooks if hook.lifecycle_transition == transition]


def _hold(group: Group, member: Member, transition: str) -> None:
    now = group.context.now()
    member.waits = [
        HookWait(
            name=hook.name,
            timeout=float(hook.heartbeat_timeout),
            default=hook.default_result,
            deadline=now + hook.heartbeat_timeout,
            limit=now + min(LONGEST_WAIT_SECONDS, MOST_TIMEOUTS * hook.heartbeat_timeout),
        )
        for hook in _hooks(group, transition)
    ]


def _launch_hooks(group: Group, member: Member) -> None:
    _time_out(group, member)
    abandoned = next((wait for wait in member.waits if wait.result == "ABANDON"), None)
    if abandoned is not None:
        _abandon(group, member, abandoned)
    elif all(wait.result == "CONTINUE" for wait in member.waits):
        member.lifecycle_state = "Pending:Proceed"
        member.activity.advance("PreInService", 60)


def _time_out(group: Group, member: Member) -> None:
    for wait in member.waits:
        if wait.result is None and group.context.now() >= min(wait.deadline, wait.limit):
            wait.result = wait.default


def _abandon(group: Group, member: Member, wait: HookWait) -> None:
    now = group.context.now()
    timed_out = now >= min(wait.deadline, wait.limit)
    reason = "Heartbeat Timeout" if timed_out else "Lifecycle Action Completed with ABANDON Result"
    member.activity.end(
        now, "Cancelled", activities.ABANDONED.format(token=wait.token, reason=reason)
    )
    terminate(group, member, activities.hook_failed(now))


def _enter_service(group: Group, member: Member) -> None:
    if member.instance.state != "running":
        return
    if not group.suspended("AddToLoadBalancer") and not registered(group, member):
        register(group, member)
        return
    now = group.context.now()
    member.waits = []
    member.lifecycle_state = "InService"
    member.in_service_at = now
    member.activity.end(now)


def _drain(group: Group, member: Member) -> None:
    listed = any(health.state != "unused" for health in group.target_health(member.instance_id))
    if listed and not (member.vanished or group.deleting):
        member.activity.advance("WaitingForELBConnectionDraining", 50)
        return
    _hold(group, member, TERMINATING)
    member.lifecycle_state = "Terminating:Wait" if member.waits else "Terminating:Proceed"
    if member.waits:
        member.activity.advance("MidLifecycleAction", 60)
    else:
        advance(group, member)


def _termination_hooks(group: Group, member: Member) -> None:
    _time_out(group, member)
    if all(wait.result is not None for wait in member.waits) or member.vanished:
        member.lifecycle_state = "Terminating:Proceed"
        member.activity.advance("InProgress", 75)
        _end(group, member)


def _end(group: Group, member: Member) -> None:
    """Shut the machine down; the member is gone when the machine is."""
    if member.instance.state not in ("shutting-down", "terminated"):
        member.instance._state = InstanceStatus("shutting-down", 32)
        group.context.machines.terminate(member.instance_id)
    if group.context.machines.state(member.instance_id) == "terminated":
        if member.instance.state != "terminated":
            member.instance.terminate()
        member.lifecycle_state = "Terminated"
        group.asg.instance_states.remove(member)
        member.activity.end(group.context.now())
