"""Auto Scaling groups: the calls that create, change and describe them.

moto launches and terminates inside these calls and makes every instance InService at once; here
they only write down what is wanted, and the engine acts on it.
"""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from emulator.aws.groups import activities
from emulator.aws.groups.group import Group
from emulator.aws.patches import Patches

UPDATE_REFUSED = (
    "An active instance refresh with a desired configuration exists. All configuration options "
    "derived from the desired configuration are not available for update while the instance "
    "refresh is active."
)
STILL_HAS_INSTANCES = (
    "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance "
    "request(s) still in the group."
)
# Parameters that moto forgets: by name in the API, attribute of moto's group.
ECHOED = {
    "DefaultInstanceWarmup": "default_instance_warmup",
    "InstanceMaintenancePolicy": "instance_maintenance_policy",
    "DefaultCooldown": "default_cooldown",
    "DesiredCapacityType": "desired_capacity_type",
    "MaxInstanceLifetime": "max_instance_lifetime",
    "CapacityRebalance": "capacity_rebalance",
    "TerminationPolicies": "termination_policies",
    "AvailabilityZoneDistribution": "availability_zone_distribution",
    "Context": "context",
}
# -1 means "no longer set" (API reference, UpdateAutoScalingGroup and InstanceMaintenancePolicy).
UNSET = -1
MOST_RECORDS = 100

_moto_create = AutoScalingResponse.create_auto_scaling_group
_moto_update = FakeAutoScalingGroup.update


def install(patches: Patches) -> None:
    """Patch moto's groups."""
    patches.methods(AutoScalingResponse, _Responses)
    patches.methods(FakeAutoScalingGroup, _GroupModel)
    patches.methods(AutoScalingBackend, _Backend)


class _Responses:
    def create_auto_scaling_group(self: Any) -> ActionResult:
        _check_sizes(self.params, None)
        if not self.params.get("LaunchTemplate"):
            raise ValidationError("The emulator runs groups with a LaunchTemplate only.")
        result = _moto_create(self)
        asg = self.autoscaling_backend.autoscaling_groups[self.params["AutoScalingGroupName"]]
        # moto takes 300 for 0; the API's default is 0.
        asg.health_check_grace_period = int(self.params.get("HealthCheckGracePeriod", 0))
        _echo(self.params, asg)
        for hook in self.params.get("LifecycleHookSpecificationList", []):
            self.autoscaling_backend.create_lifecycle_hook(
                hook["LifecycleHookName"],
                asg.name,
                hook["LifecycleTransition"],
                hook.get("HeartbeatTimeout"),
                hook.get("DefaultResult"),
            )
        _note_change(self.emulator.group(asg), 0)
        return result

    def update_auto_scaling_group(self: Any) -> ActionResult:
        asg = existing(self)
        group = self.emulator.group(asg)
        _refuse_while_refreshing(group, self.params)
        _check_sizes(self.params, asg)
        before = group.desired
        _apply(self.params, asg)
        _echo(self.params, asg)
        _note_change(group, before)
        return EmptyResult()

    def set_desired_capacity(self: Any) -> ActionResult:
        asg, wanted = existing(self), int(self.params["DesiredCapacity"])
        if wanted > asg.max_size:
            raise ValidationError(
                f"New SetDesiredCapacity value {wanted} is above max value {asg.max_size} "
                "for the AutoScalingGroup."
            )
        if wanted < asg.min_size:
            raise ValidationError(
                f"New SetDesiredCapacity value {wanted} is below min value {asg.min_size} "
                "for the AutoScalingGroup."
            )
        group = self.emulator.group(asg)
        before, asg.desired_capacity = group.desired, wanted
        _note_change(group, before)
        return EmptyResult()

    def delete_auto_scaling_group(self: Any) -> ActionResult:
        group = self.emulator.group(existing(self))
        if not self.params.get("ForceDelete"):
            if group.members:
                raise AutoscalingClientError("ResourceInUse", STILL_HAS_INSTANCES)
            self.autoscaling_backend.autoscaling_groups.pop(group.asg.name)
        group.deleting = True
        group.asg.status = "Delete in progress"
        group.asg.min_size = group.asg.desired_capacity = 0
        return EmptyResult()

    def describe_scaling_activities(self: Any) -> ActionResult:
        name, ids = self.params.get("AutoScalingGroupName"), self.params.get("ActivityIds")
        found = [
            (activity.started, index, activity.answer(group.asg))
            for group in self.emulator.groups()
            if group.asg.autoscaling_backend is self.autoscaling_backend
            and name in (None, group.asg.name)
            for index, activity in enumerate(group.activities)
            if not ids or activity.id in ids
        ]
        newest_first = [answer for *_, answer in sorted(found, key=lambda f: f[:2])[::-1]]
        page, token = paged(newest_first, self.params)
        return ActionResult({"Activities": page, "NextToken": token})


class _GroupModel:
    def set_desired_capacity(self: Any, new_capacity: int | None) -> None:
        self.desired_capacity = self.min_size if new_capacity is None else new_capacity


class _Backend:
    def update_attached_target_groups(self: Any, group_name: str) -> None:
        """Do nothing: the engine registers an instance when its turn has come."""

    def notify_terminate_instances(self: Any, instance_ids: list[str]) -> None:
        """Do nothing: the engine sees that the instance is gone."""


def existing(response: Any) -> Any:
    """moto's group that a request names.

    Raises:
        ValidationError: there is none of that name.
    """
    name = response.params.get("AutoScalingGroupName")
    asg = response.autoscaling_backend.autoscaling_groups.get(name)
    if asg is None:
        raise ValidationError(
            f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found"
        )
    return asg


def paged(
    items: list[dict[str, Any]], params: Any, most: int = MOST_RECORDS
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of a list by MaxRecords and NextToken, and the next page's token."""
    start = int(params.get("NextToken") or 0)
    end = start + min(most, int(params.get("MaxRecords") or most))
    return items[start:end], str(end) if end < len(items) else None


def _apply(params: Any, asg: Any) -> None:
    # moto derives the desired capacity from the instances that exist; AWS from the present value.
    desired = params.get("DesiredCapacity")
    low, high = params.get("MinSize", asg.min_size), params.get("MaxSize", asg.max_size)
    if desired is None:
        desired = min(max(int(asg.desired_capacity), int(low)), int(high))
    _moto_update(
        asg,
        params.get("AvailabilityZones", []),
        int(desired),
        params.get("MaxSize"),
        params.get("MinSize"),
        params.get("LaunchConfigurationName"),
        params.get("LaunchTemplate", {}),
        params.get("VPCZoneIdentifier"),
        params.get("HealthCheckGracePeriod"),
        params.get("HealthCheckType"),
        new_instances_protected_from_scale_in=params.get("NewInstancesProtectedFromScaleIn"),
        mixed_instances_policy=params.get("MixedInstancesPolicy"),
    )


def _echo(params: Any, asg: Any) -> None:
    for name, attribute in ECHOED.items():
        if name in params:
            setattr(asg, attribute, None if _unset(params[name]) else params[name])


def _unset(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(item == UNSET for item in value.values())
    return bool(value == UNSET)


def _check_sizes(params: Any, asg: Any) -> None:
    low = int(params.get("MinSize", asg.min_size if asg else 0))
    high = int(params.get("MaxSize", asg.max_size if asg else 0))
    desired = params.get("DesiredCapacity")
    if low > high:
        raise ValidationError(
            "Max bound, " + str(high) + ", must be greater than or equal to min bound, " + str(low)
        )
    if desired is not None and not low <= int(desired) <= high:
        raise ValidationError(
            f"Desired capacity:{desired} must be between the specified min size:{low} and max "
            f"size:{high}"
        )


def _refuse_while_refreshing(group: Group, params: Any) -> None:
    touched = {"LaunchTemplate", "LaunchConfigurationName", "MixedInstancesPolicy"} & set(params)
    refresh = group.refresh
    if touched and refresh is not None and refresh.desired is not None:
        raise ValidationError(UPDATE_REFUSED)


def _note_change(group: Group, before: int) -> None:
    if group.desired != before:
        now = group.context.now()
        group.causes.append(activities.capacity_changed(now, group.asg, before, group.desired))
