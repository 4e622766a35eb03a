"""What starts an instance refresh, and what AWS refuses."""

from typing import Any

import pytest

from tests.emulator.aws.stand import GROUP, Stand


def test_a_second_refresh_is_refused_while_one_runs(stand: Stand) -> None:
    """API reference, StartInstanceRefresh: InstanceRefreshInProgress."""
    stand.group(desired=1)
    stand.refresh(stand.publish("two"))
    with stand.refused("InstanceRefreshInProgress", "already in progress"):
        stand.refresh(2)


def test_auto_rollback_without_a_desired_configuration_is_refused(stand: Stand) -> None:
    """AWS's sentence, terraform-provider-aws issue 29830."""
    stand.group(desired=1)
    with stand.refused("ValidationError", "DesiredConfiguration parameter is empty"):
        stand.refresh(AutoRollback=True)


def test_auto_rollback_needs_a_numbered_version_on_the_group(stand: Stand) -> None:
    """User Guide, "Undo changes with a rollback": not $Latest or $Default."""
    stand.group(desired=1)
    named = {"LaunchTemplateId": stand.template, "Version": "$Latest"}
    stand.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, LaunchTemplate=named)
    with stand.refused("ValidationError", "$Latest"):
        stand.refresh(1, AutoRollback=True)


@pytest.mark.parametrize(
    ("preferences", "words"),
    [
        ({"MinHealthyPercentage": 101}, "MinHealthyPercentage"),
        ({"MaxHealthyPercentage": 201}, "MaxHealthyPercentage"),
        ({"MinHealthyPercentage": 0, "MaxHealthyPercentage": 150}, "difference"),
        ({"CheckpointDelay": 10}, "requires CheckpointPercentages"),
        ({"CheckpointPercentages": [50, 20]}, "ascending"),
        ({"CheckpointPercentages": [50, 50]}, "unique"),
        ({"CheckpointPercentages": [100], "CheckpointDelay": 172801}, "CheckpointDelay"),
        ({"BakeTime": 172801}, "BakeTime"),
        ({"AlarmSpecification": {"Alarms": [f"a{n}" for n in range(11)]}}, "at most 10"),
    ],
)
def test_preferences_out_of_range_are_refused(
    stand: Stand, preferences: dict[str, Any], words: str
) -> None:
    """API reference, RefreshPreferences."""
    stand.group()
    with stand.refused("ValidationError", words):
        stand.refresh(**preferences)


def test_a_maximum_without_a_minimum_is_refused(stand: Stand) -> None:
    """API reference, RefreshPreferences.MaxHealthyPercentage."""
    stand.group()
    with stand.refused("ValidationError", "requires MinHealthyPercentage"):
        stand.scaling.start_instance_refresh(
            AutoScalingGroupName=GROUP, Preferences={"MaxHealthyPercentage": 150}
        )


def test_another_strategy_than_rolling_is_refused(stand: Stand) -> None:
    stand.group()
    with stand.refused("ValidationError", "Rolling"):
        stand.scaling.start_instance_refresh(
            AutoScalingGroupName=GROUP, Strategy="ReplaceRootVolume"
        )


def test_a_version_that_does_not_exist_is_refused(stand: Stand) -> None:
    stand.group()
    with stand.refused("ValidationError", "Invalid launch template"):
        stand.refresh(7)


def test_percentages_default_to_the_groups_maintenance_policy(stand: Stand) -> None:
    """User Guide, "Understand the default values for an instance refresh"."""
    policy = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 120}
    stand.group(InstanceMaintenancePolicy=policy)
    stand.scaling.start_instance_refresh(AutoScalingGroupName=GROUP)
    preferences = stand.last_refresh()["Preferences"]
    assert preferences["MinHealthyPercentage"] == 100
    assert preferences["MaxHealthyPercentage"] == 120
    assert preferences["InstanceWarmup"] == 30


def test_without_a_policy_the_minimum_is_90_percent(stand: Stand) -> None:
    """API reference, RefreshPreferences: 90 for the API and the CLI."""
    stand.group()
    stand.scaling.start_instance_refresh(AutoScalingGroupName=GROUP)
    preferences = stand.last_refresh()["Preferences"]
    assert preferences["MinHealthyPercentage"] == 90
    assert "MaxHealthyPercentage" not in preferences
    assert preferences["ScaleInProtectedInstances"] == "Wait"


def test_without_a_default_warm_up_the_grace_period_counts(stand: Stand) -> None:
    """API reference, RefreshPreferences.InstanceWarmup."""
    stand.group(HealthCheckGracePeriod=77)
    stand.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, DefaultInstanceWarmup=-1)
    stand.scaling.start_instance_refresh(AutoScalingGroupName=GROUP)
    assert stand.last_refresh()["Preferences"]["InstanceWarmup"] == 77


def test_the_groups_template_cannot_change_while_a_desired_configuration_is_rolled_out(
    stand: Stand,
) -> None:
    """User Guide, "How an instance refresh works"; other settings can."""
    stand.group(desired=1)
    version = stand.publish("two")
    stand.suspend("InstanceRefresh")
    stand.refresh(version)
    with stand.refused(
        "ValidationError", "An active instance refresh with a desired configuration"
    ):
        stand.point(version)
    stand.scaling.update_auto_scaling_group(AutoScalingGroupName=GROUP, MaxSize=5)


def test_the_groups_template_can_change_during_a_refresh_without_one(stand: Stand) -> None:
    stand.group(desired=1)
    version = stand.publish("two")
    stand.suspend("InstanceRefresh")
    stand.refresh()
    stand.point(version)
    stand.resume("InstanceRefresh")
    stand.settle()
    assert stand.versions() == ["2"]


def test_the_latest_version_is_resolved_when_the_refresh_starts(stand: Stand) -> None:
    stand.group(desired=1, hook=True)
    stand.complete_all()
    stand.publish("two")
    named = {"LaunchTemplateName": GROUP, "Version": "$Latest"}
    stand.scaling.start_instance_refresh(
        AutoScalingGroupName=GROUP, DesiredConfiguration={"LaunchTemplate": named}
    )
    stand.publish("three")
    stand.tick(times=3)
    stand.complete_all()
    stand.settle()
    assert stand.versions() == ["2"]


def test_refreshes_are_listed_newest_first_for_six_weeks(stand: Stand) -> None:
    """API reference, DescribeInstanceRefreshes."""
    stand.group()
    first = stand.refresh()
    stand.tick(times=2)
    stand.tick(40 * 86400)
    second = stand.refresh()
    stand.tick(times=2)
    listed = stand.scaling.describe_instance_refreshes(AutoScalingGroupName=GROUP)
    assert [r["InstanceRefreshId"] for r in listed["InstanceRefreshes"]] == [second, first]
    one = stand.scaling.describe_instance_refreshes(
        AutoScalingGroupName=GROUP, InstanceRefreshIds=[first]
    )
    assert [r["InstanceRefreshId"] for r in one["InstanceRefreshes"]] == [first]
    stand.tick(3 * 86400)
    listed = stand.scaling.describe_instance_refreshes(AutoScalingGroupName=GROUP)
    assert [r["InstanceRefreshId"] for r in listed["InstanceRefreshes"]] == [second]
