"""An instance refresh that fails, is cancelled, or rolls back."""

from tests.emulator.aws.stand import GROUP, Stand


def _begun(stand: Stand, **preferences: object) -> str:
    """Two instances of version 1, a refresh to version 2 whose first instance waits at its hook."""
    stand.group(desired=2, hook=True)
    stand.complete_all()
    stand.refresh(stand.publish("two"), **preferences)
    stand.tick(times=3)
    return stand.ids("Pending:Wait")[0]


def test_a_new_instance_that_is_abandoned_is_launched_again_within_the_refresh(
    stand: Stand,
) -> None:
    """User Guide: the refresh keeps replacing a new instance that fails."""
    bad = _begun(stand)
    stand.complete(bad, "ABANDON")
    stand.tick(times=3)
    assert stand.last_refresh()["Status"] == "InProgress"
    assert stand.ids("Pending:Wait") not in ([], [bad])
    assert len(stand.ids("InService")) == 2


def test_a_refresh_that_is_blocked_for_an_hour_fails(stand: Stand) -> None:
    """User Guide: retries for an hour, then the refresh fails."""
    _begun(stand)
    for _ in range(13):
        stand.tick(300)
        for id_ in stand.ids("Pending:Wait"):
            stand.complete(id_, "ABANDON")
    stand.tick(times=3)
    assert stand.last_refresh()["Status"] == "Failed"
    stand.settle()
    assert stand.versions() == ["1", "1"]
    assert stand.described()["LaunchTemplate"]["Version"] == "1"


def test_the_hour_is_shortened_by_the_clock_factor_and_outlasts_a_boot(stand: Stand) -> None:
    """Boots keep real seconds: the stand's hook waits for one at most 300 s."""
    stand.clock.factor = 60
    bad = _begun(stand)
    stand.tick(299)
    stand.complete(bad, "ABANDON")
    stand.tick(60)
    assert stand.last_refresh()["Status"] == "InProgress"
    stand.tick(2)
    assert stand.last_refresh()["Status"] == "Failed"


def test_a_warm_up_of_more_than_an_hour_blocks_nothing(stand: Stand) -> None:
    stand.group(desired=1)
    stand.refresh(stand.publish("two"), InstanceWarmup=9000)
    stand.settle(8900)
    assert stand.last_refresh()["Status"] == "InProgress"
    stand.settle(1000)
    assert stand.last_refresh()["Status"] == "Successful"


def test_with_auto_rollback_a_blocked_refresh_rolls_back(stand: Stand) -> None:
    """User Guide, "Undo changes with a rollback"."""
    _begun(stand, AutoRollback=True)
    for _ in range(13):
        stand.tick(300)
        for id_ in stand.ids("Pending:Wait"):
            stand.complete(id_, "ABANDON")
    stand.tick(times=3)
    assert stand.last_refresh()["Status"] == "RollbackSuccessful"
    assert stand.last_refresh()["RollbackDetails"]["RollbackReason"]
    assert stand.versions() == ["1", "1"]


def test_a_rollback_before_anything_was_replaced_touches_no_old_instance(stand: Stand) -> None:
    """User Guide: instances that were not updated need no replacement."""
    bad = _begun(stand)
    old = set(stand.ids()) - {bad}
    stand.roll_back()
    assert stand.ids("Terminating") == [bad]
    stand.tick(times=3)
    assert stand.last_refresh()["Status"] == "RollbackSuccessful"
    assert set(stand.ids()) == old


def test_a_rollback_replaces_the_new_instances_from_the_groups_own_version(stand: Stand) -> None:
    """User Guide, "Undo changes with a rollback"; API reference, RollbackDetails."""
    first = _begun(stand)
    stand.complete(first)
    stand.tick(times=4)
    assert stand.last_refresh()["PercentageComplete"] == 50
    stand.roll_back()
    details = stand.last_refresh()["RollbackDetails"]
    assert details["PercentageCompleteOnRollback"] == 50
    assert details["RollbackReason"]
    seen = []
    for _ in range(40):
        stand.tick(5)
        stand.complete_all()
        seen.append(stand.last_refresh()["PercentageComplete"])
        assert stand.states().count("InService") >= 2
    assert stand.last_refresh()["Status"] == "RollbackSuccessful"
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 0
    assert stand.versions() == ["1", "1"]
    assert stand.described()["LaunchTemplate"]["Version"] == "1"


def test_a_rollback_is_possible_while_baking(stand: Stand) -> None:
    """User Guide: a rollback works as long as the refresh is active."""
    stand.group(desired=1)
    stand.refresh(stand.publish("two"), BakeTime=600)
    stand.settle()
    assert stand.last_refresh()["Status"] == "Baking"
    stand.roll_back()
    stand.settle()
    assert stand.last_refresh()["Status"] == "RollbackSuccessful"
    assert stand.versions() == ["1"]


def test_a_rollback_that_is_blocked_for_an_hour_fails(stand: Stand) -> None:
    """API reference, InstanceRefresh.Status: RollbackFailed."""
    first = _begun(stand)
    stand.complete(first)
    stand.tick(times=4)
    stand.roll_back()
    for _ in range(14):
        stand.tick(290)
        for id_ in stand.ids("Pending:Wait"):
            stand.complete(id_, "ABANDON")
    assert stand.last_refresh()["Status"] == "RollbackFailed"


def test_a_finished_refresh_cannot_be_rolled_back(stand: Stand) -> None:
    """API reference, RollbackInstanceRefresh: ActiveInstanceRefreshNotFound."""
    stand.group(desired=1)
    stand.refresh(stand.publish("two"))
    stand.settle()
    with stand.refused("ActiveInstanceRefreshNotFound"):
        stand.roll_back()


def test_without_a_desired_configuration_nothing_can_be_rolled_back(stand: Stand) -> None:
    """API reference, RollbackInstanceRefresh: IrreversibleInstanceRefresh."""
    stand.group(desired=1)
    stand.refresh()
    with stand.refused("IrreversibleInstanceRefresh"):
        stand.roll_back()


def test_a_cancelled_refresh_ends_once_nothing_is_under_way(stand: Stand) -> None:
    """API reference, CancelInstanceRefresh.WaitForTransitioningInstances."""
    first = _begun(stand)
    stand.scaling.cancel_instance_refresh(AutoScalingGroupName=GROUP)
    stand.tick(times=3)
    assert stand.last_refresh()["Status"] == "Cancelling"
    stand.complete(first)
    stand.settle()
    assert stand.last_refresh()["Status"] == "Cancelled"
    assert stand.versions() == ["1", "2"]
    assert stand.described()["LaunchTemplate"]["Version"] == "1"


def test_a_cancelled_refresh_launches_no_other_instance_when_one_fails(stand: Stand) -> None:
    first = _begun(stand)
    stand.scaling.cancel_instance_refresh(AutoScalingGroupName=GROUP)
    stand.complete(first, "ABANDON")
    stand.settle()
    assert stand.last_refresh()["Status"] == "Cancelled"
    assert stand.versions() == ["1", "1"]


def test_a_refresh_can_be_cancelled_at_once(stand: Stand) -> None:
    """API reference, CancelInstanceRefresh.WaitForTransitioningInstances: false."""
    _begun(stand)
    stand.scaling.cancel_instance_refresh(
        AutoScalingGroupName=GROUP, WaitForTransitioningInstances=False
    )
    assert stand.last_refresh()["Status"] == "Cancelled"


def test_a_rollback_can_be_cancelled(stand: Stand) -> None:
    """API reference, CancelInstanceRefresh: also a rollback in progress."""
    first = _begun(stand)
    stand.complete(first)
    stand.tick(times=4)
    stand.roll_back()
    stand.scaling.cancel_instance_refresh(AutoScalingGroupName=GROUP)
    stand.settle()
    assert stand.last_refresh()["Status"] == "Cancelled"


def test_without_an_active_refresh_there_is_nothing_to_cancel(stand: Stand) -> None:
    """API reference, CancelInstanceRefresh: ActiveInstanceRefreshNotFound."""
    stand.group()
    with stand.refused("ActiveInstanceRefreshNotFound"):
        stand.scaling.cancel_instance_refresh(AutoScalingGroupName=GROUP)


def test_a_new_instance_that_turns_unhealthy_is_replaced_within_the_refresh(stand: Stand) -> None:
    """User Guide: an unhealthy new instance is terminated and replaced."""
    first = _begun(stand, InstanceWarmup=300)
    stand.complete(first)
    stand.tick(times=3)
    stand.tick(61)
    stand.balancers.states[first] = "unhealthy"
    stand.tick(times=4)
    assert first not in stand.ids("InService")
    assert stand.ids("Pending:Wait")
    assert len(stand.ids("InService")) == 2
