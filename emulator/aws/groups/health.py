"""Health: what EC2, the balancers and people say about a member.

Source: User Guide, "Health checks for instances in an Auto Scaling group". Every instance starts
Healthy; a failed check is ignored during the grace period, but an instance that is not running is
unhealthy at once; `initial` is not `unhealthy`.
"""

from moto.ec2.models.instances import InstanceState as InstanceStatus

from emulator.aws.groups import activities, lifecycle
from emulator.aws.groups.group import Group
from emulator.aws.groups.member import Member

BY_EC2 = "an EC2 health check indicating it has been terminated or stopped"
BY_ELB = "an ELB system health check failure"
BY_USER = "a user health-check"


def observe(member: Member, group: Group) -> None:
    """Carry the machine's state into EC2's record of the instance."""
    if member.instance.state not in ("pending", "running"):
        member.vanished = member.vanished or not member.terminating
        return
    state = group.context.machines.state(member.instance_id)
    if state == "running" and member.instance.state == "pending":
        member.instance._state = InstanceStatus("running", 16)
    elif state in ("stopping", "terminated") and not member.vanished:
        member.vanished = True
        member.instance._state = InstanceStatus("shutting-down", 32)


def check(member: Member, group: Group) -> None:
    """Mark a member that fails a health check as unhealthy."""
    if member.terminating:
        return
    if member.vanished and member.launching:
        now = group.context.now()
        member.activity.end(now, "Failed", lifecycle.BECAME_UNHEALTHY)
        lifecycle.terminate(group, member, activities.unhealthy(now, BY_EC2))
        return
    if group.suspended("HealthCheck") or not member.in_service or not member.healthy:
        return
    if member.vanished:
        mark(member, BY_EC2)
    elif group.asg.health_check_type == "ELB" and not in_grace(member, group):
        states = [health.state for health in group.target_health(member.instance_id)]
        if "unhealthy" in states:
            mark(member, BY_ELB)


def mark(member: Member, reason: str) -> None:
    """Mark a member as unhealthy."""
    member.health_status = "Unhealthy"
    member.reason = reason


def in_grace(member: Member, group: Group) -> bool:
    """Whether the health check grace period of a member still runs."""
    since = member.launched_at if member.in_service_at is None else member.in_service_at
    return group.context.now() < since + float(group.asg.health_check_grace_period or 0)


def passes(member: Member, group: Group) -> bool:
    """Whether a member is in service, healthy, and healthy at every balancer that it stands at."""
    if not member.in_service or not member.healthy or member.vanished:
        return False
    balanced = [tg for tg in group.target_groups() if tg.load_balancer_arns]
    states = [health.state for health in group.target_health(member.instance_id)]
    return len(states) >= len(balanced) and all(state == "healthy" for state in states)


def ready(member: Member, group: Group, warmup: float) -> bool:
    """Whether a member passes its checks and its warm-up (AWS seconds) has ended."""
    if not passes(member, group) or member.in_service_at is None:
        return False
    return group.context.now() >= member.in_service_at + group.context.clock.shortened(warmup)
