"""What an instance refresh is started with."""

from typing import TYPE_CHECKING

from scripts.domain.facts import Rollout

if TYPE_CHECKING:
    from mypy_boto3_autoscaling.type_defs import RefreshPreferencesTypeDef

WHOLE = 100


def canary_percentage(desired: int) -> int:
    """Return the checkpoint at which one of `desired` instances is new."""
    return max(1, WHOLE // max(desired, 1))


def preferences(
    rollout: Rollout, desired: int, alarms: tuple[str, ...], *, gated: bool
) -> "RefreshPreferencesTypeDef":
    """Return the preferences of StartInstanceRefresh.

    Minimum 100 launches before it terminates; written out together with the maximum, because what
    is left out comes from the group's maintenance policy or from defaults that do not
    (API_RefreshPreferences). `Wait`, the default for protected and standby instances, would stall
    for an hour and then fail.

    Args:
        rollout: the environment's values.
        desired: the group's desired capacity.
        alarms: names of alarms that stop the refresh.
        gated: whether it is watched for something new: canary, bake and alarms. Going back to what
            was verified before neither waits nor needs alarms to be OK.
    """
    chosen: RefreshPreferencesTypeDef = {
        "MinHealthyPercentage": WHOLE,
        "MaxHealthyPercentage": rollout.max_healthy_percentage,
        "InstanceWarmup": rollout.warmup_seconds,
        "AutoRollback": True,
        "SkipMatching": True,
        "ScaleInProtectedInstances": "Refresh",
        "StandbyInstances": "Terminate",
    }
    if not gated:
        return chosen
    if rollout.bake_seconds:
        chosen["BakeTime"] = rollout.bake_seconds
    if rollout.canary and canary_percentage(desired) < WHOLE:
        chosen["CheckpointPercentages"] = [canary_percentage(desired), WHOLE]
        chosen["CheckpointDelay"] = rollout.canary_pause_seconds
    if alarms:
        chosen["AlarmSpecification"] = {"Alarms": list(alarms)}
    return chosen
