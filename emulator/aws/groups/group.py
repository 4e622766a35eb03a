"""What the engine's parts share: the collaborators and one group with its memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.aws.clock import Clock
from emulator.aws.groups.activities import Activity
from emulator.aws.groups.member import Member, TemplateVersion
from emulator.aws.lateness import Lateness
from emulator.interfaces import Balancers, Machines, TargetHealth

if TYPE_CHECKING:
    from emulator.aws.groups.refresh_record import Refresh


@dataclass
class Context:
    """The collaborators of the engine."""

    machines: Machines
    balancers: Balancers
    clock: Clock
    lateness: Lateness = field(default_factory=Lateness)
    _seen: dict[str, dict[str, TargetHealth]] = field(default_factory=dict)

    def now(self) -> float:
        """Epoch seconds."""
        return self.clock.now()

    def health(self, target_group_arn: str) -> dict[str, TargetHealth]:
        """What the balancers say about a target group; asked once per tick."""
        if target_group_arn not in self._seen:
            self._seen[target_group_arn] = self.balancers.health(target_group_arn)
        return self._seen[target_group_arn]

    def look_again(self) -> None:
        """Forget what the balancers said."""
        self._seen.clear()


@dataclass
class Group:
    """One Auto Scaling group: moto's record and what the engine remembers about it.

    Attributes:
        asg: moto's group.
        context: the collaborators.
        activities: newest last.
        refreshes: instance refreshes, newest last.
        causes: why capacity changed; prefixed to the next launches' or terminations' own cause.
        owed: launches owed to unhealthy instances, for their cause.
        retry_at: epoch second before which no launch is tried after a failed one.
        deleting: DeleteAutoScalingGroup with ForceDelete was asked.
    """

    asg: Any
    context: Context
    activities: list[Activity] = field(default_factory=list)
    refreshes: list["Refresh"] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    owed: int = 0
    retry_at: float = 0.0
    deleting: bool = False

    @property
    def members(self) -> list[Member]:
        """Its instances, in the order of their launch."""
        return list(self.asg.instance_states)

    @property
    def living(self) -> list[Member]:
        """Its instances that are not on their way out."""
        return [member for member in self.members if not member.terminating]

    @property
    def counted(self) -> list[Member]:
        """The instances that fill the desired capacity: not those that are being replaced."""
        return [m for m in self.living if not m.giving_way]

    @property
    def desired(self) -> int:
        """The desired capacity."""
        return int(self.asg.desired_capacity or 0)

    def suspended(self, process: str) -> bool:
        """Whether a scaling process is suspended."""
        return any(entry["ProcessName"] == process for entry in self.asg.suspended_processes)

    def find(self, instance_id: str) -> Member | None:
        """The member with that instance id."""
        return next((m for m in self.members if m.instance_id == instance_id), None)

    def record(self, activity: Activity) -> Activity:
        """Keep a new activity."""
        self.activities.append(activity)
        return activity

    def saved_template(self) -> TemplateVersion:
        """The version that the group itself names, as a number."""
        return resolved(self.asg.ec2_launch_template, self.asg.launch_template_version)

    def template(self) -> TemplateVersion:
        """The version that a launch uses now: an active refresh's desired one, or the group's."""
        refresh = self.refresh
        if refresh is not None and refresh.launches_from is not None:
            return refresh.launches_from
        return self.saved_template()

    @property
    def refresh(self) -> "Refresh | None":
        """The active instance refresh."""
        return next((r for r in reversed(self.refreshes) if r.active), None)

    @property
    def warmup(self) -> float:
        """Warm-up in AWS seconds: the default instance warm-up, else the grace period.

        Source: RefreshPreferences.InstanceWarmup in the API reference.
        """
        default = getattr(self.asg, "default_instance_warmup", None)
        return float(self.asg.health_check_grace_period or 0 if default is None else default)

    def warm(self, member: Member) -> bool:
        """Whether a member is in service and its warm-up, the group's own, has ended."""
        if not member.in_service or member.in_service_at is None:
            return False
        return self.context.now() >= member.in_service_at + self.context.clock.shortened(
            self.warmup
        )

    def target_groups(self) -> Iterator[Any]:
        """moto's target groups that the group is attached to and that still exist."""
        known = self.asg.autoscaling_backend.elbv2_backend.target_groups
        return (known[arn] for arn in self.asg.target_group_arns or [] if arn in known)

    def target_health(self, instance_id: str) -> list[TargetHealth]:
        """What the balancers say about an instance, one entry per target group that lists it."""
        found = (self.context.health(group.arn) for group in self.target_groups())
        return [health[instance_id] for health in found if instance_id in health]


def resolved(template: Any, version: Any) -> TemplateVersion:
    """A launch template's version as a number; $Latest and $Default are looked up now."""
    return TemplateVersion(template.id, template.name, template.get_version(version).number)
