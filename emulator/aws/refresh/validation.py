"""What StartInstanceRefresh refuses, with AWS's ranges and defaults.

Source: API reference, RefreshPreferences and StartInstanceRefresh; User Guide, "Understand the
default values for an instance refresh" and "Undo changes with a rollback". Where AWS's sentence is
known it is used; the others say the same in plain words.
"""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.exceptions import ServiceException

from emulator.aws.groups.group import Group, resolved
from emulator.aws.groups.limits import Limits
from emulator.aws.groups.member import TemplateVersion
from emulator.aws.groups.refresh_record import Preferences

IN_PROGRESS = (
    "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh."
)
NEEDS_DESIRED = (
    "The request isn't valid. The AutoRollback parameter cannot be set to true when the "
    "DesiredConfiguration parameter is empty. Set AutoRollback to false or specify a desired "
    "configuration and try again."
)
NEEDS_NUMBER = (
    "The AutoRollback parameter cannot be set to true while the Auto Scaling group uses the "
    "launch template version $Latest or $Default. Specify a numbered version and try again."
)
LONGEST_SECONDS = 172800
MOST_ALARMS = 10
DEFAULT_MINIMUM = 90


def in_progress(group: Group) -> None:
    """Refuse a second refresh.

    Raises:
        AutoscalingClientError: InstanceRefreshInProgress.
    """
    if group.refresh is not None:
        raise AutoscalingClientError("InstanceRefreshInProgress", IN_PROGRESS)


def rolling(strategy: str | None) -> None:
    """Refuse a strategy that the emulator does not have.

    Raises:
        ValidationError: it is ReplaceRootVolume.
    """
    if strategy not in (None, "Rolling"):
        raise ValidationError(f"The emulator knows the strategy Rolling only, not {strategy}.")


def preferences(group: Group, given: dict[str, Any]) -> Preferences:
    """The preferences with their defaults: the group's maintenance policy, then AWS's own.

    Raises:
        ValidationError: a value is out of its range or contradicts another.
    """
    _in_range("InstanceWarmup", given.get("InstanceWarmup"), 0, None)
    _in_range("BakeTime", given.get("BakeTime"), 0, LONGEST_SECONDS)
    alarms = (given.get("AlarmSpecification") or {}).get("Alarms") or []
    if len(alarms) > MOST_ALARMS:
        raise ValidationError(f"An instance refresh watches at most {MOST_ALARMS} alarms.")
    return Preferences(
        limits=_limits(group, given),
        warmup=float(given.get("InstanceWarmup", group.warmup)),
        checkpoints=_checkpoints(given),
        checkpoint_delay=float(given.get("CheckpointDelay", 3600)),
        bake=float(given.get("BakeTime", 0)),
        skip_matching=bool(given.get("SkipMatching", False)),
        auto_rollback=bool(given.get("AutoRollback", False)),
        protected=given.get("ScaleInProtectedInstances", "Wait"),
        standby=given.get("StandbyInstances", "Wait"),
        alarms=tuple(alarms),
    )


def desired(group: Group, asked: dict[str, Any] | None) -> TemplateVersion | None:
    """The numbered version that a desired configuration names; None without one.

    Raises:
        ValidationError: it names no launch template, or one that does not exist.
    """
    if not asked:
        return None
    named = asked.get("LaunchTemplate")
    if not named:
        raise ValidationError("The emulator takes a LaunchTemplate as the desired configuration.")
    ec2 = group.asg.ec2_backend
    try:
        if named.get("LaunchTemplateId"):
            template = ec2.get_launch_template(named["LaunchTemplateId"])
        else:
            template = ec2.get_launch_template_by_name(named.get("LaunchTemplateName", ""))
        return resolved(template, named.get("Version") or "$Default")
    except ServiceException as error:
        raise ValidationError(f"Invalid launch template: {error.message}") from error


def rollback(group: Group, auto: bool, wanted: TemplateVersion | None) -> None:
    """Refuse AutoRollback where AWS could not go back.

    Raises:
        ValidationError: no desired configuration, or the group's saved version is not a number.
    """
    if auto and wanted is None:
        raise ValidationError(NEEDS_DESIRED)
    if auto and not has_numbered_version(group):
        raise ValidationError(NEEDS_NUMBER)


def has_numbered_version(group: Group) -> bool:
    """Whether the group names its launch template's version by number."""
    return str(group.asg.launch_template_version).isdigit()


def alarms_ok(group: Group, names: tuple[str, ...]) -> None:
    """Refuse to start while an alarm is not OK.

    Raises:
        ValidationError: an alarm does not exist, is in ALARM, or has insufficient data.
    """
    for name, state in alarm_states(group, names).items():
        if state != "OK":
            raise ValidationError(
                f"The CloudWatch alarm {name} is in the state {state}. An instance refresh can "
                "start only when every specified alarm is in the OK state."
            )


def alarm_states(group: Group, names: tuple[str, ...]) -> dict[str, str]:
    """State by alarm name; `missing` for one that does not exist."""
    alarms = cloudwatch_backends[group.asg.account_id][group.asg.region].alarms
    return {name: alarms[name].state_value if name in alarms else "missing" for name in names}


def _limits(group: Group, given: dict[str, Any]) -> Limits:
    policy = getattr(group.asg, "instance_maintenance_policy", None) or {}
    minimum, maximum = given.get("MinHealthyPercentage"), given.get("MaxHealthyPercentage")
    if maximum is not None and minimum is None:
        raise ValidationError("MaxHealthyPercentage requires MinHealthyPercentage.")
    _in_range("MinHealthyPercentage", minimum, 0, 100)
    _in_range("MaxHealthyPercentage", maximum, 100, 200)
    if minimum is None:
        minimum, maximum = policy.get("MinHealthyPercentage"), policy.get("MaxHealthyPercentage")
    if minimum is None or int(minimum) < 0:
        return Limits(DEFAULT_MINIMUM)
    if maximum is None or int(maximum) < 0:
        return Limits(int(minimum))
    if int(maximum) - int(minimum) > 100:
        raise ValidationError(
            "The difference between MinHealthyPercentage and MaxHealthyPercentage cannot be "
            "greater than 100."
        )
    return Limits(int(minimum), int(maximum))


def _checkpoints(given: dict[str, Any]) -> tuple[int, ...]:
    percentages = [int(value) for value in given.get("CheckpointPercentages") or []]
    delay = given.get("CheckpointDelay")
    if delay is not None and not percentages:
        raise ValidationError("CheckpointDelay requires CheckpointPercentages.")
    _in_range("CheckpointDelay", delay, 0, LONGEST_SECONDS)
    for value in percentages:
        _in_range("CheckpointPercentages", value, 1, 100)
    if percentages != sorted(set(percentages)):
        raise ValidationError("CheckpointPercentages must be unique and in ascending order.")
    return tuple(percentages)


def _in_range(name: str, value: Any, low: int, high: int | None) -> None:
    if value is None:
        return
    if int(value) < low or (high is not None and int(value) > high):
        upper = "" if high is None else f" and at most {high}"
        raise ValidationError(f"{name} must be at least {low}{upper}; it is {value}.")
