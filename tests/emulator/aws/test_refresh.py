"""A good instance refresh: order, percentages, end."""

from tests.emulator.aws.stand import Stand


def test_a_refresh_replaces_every_instance(stand: Stand) -> None:
    """User Guide, "Use an instance refresh to update instances in an Auto Scaling group"."""
    stand.group(desired=2)
    before = stand.ids()
    stand.refresh(stand.publish("two"))
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"
    assert stand.last_refresh()["PercentageComplete"] == 100
    assert stand.last_refresh()["InstancesToUpdate"] == 0
    assert stand.versions() == ["2", "2"]
    assert not set(before) & set(stand.ids())


def test_with_a_minimum_of_100_percent_an_instance_is_launched_before_one_ends(
    stand: Stand,
) -> None:
    """User Guide, "Set instance maintenance policy": launch before terminate."""
    stand.group(desired=2)
    stand.refresh(stand.publish("two"))
    in_service, total = [], []
    for _ in range(60):
        stand.tick(5)
        in_service.append(stand.states().count("InService"))
        total.append(len(stand.ids()))
    assert stand.last_refresh()["Status"] == "Successful"
    assert min(in_service) == 2
    assert max(total) == 3


def test_with_a_lower_minimum_an_instance_ends_while_another_is_launched(stand: Stand) -> None:
    """User Guide, "Set instance maintenance policy": terminate and launch."""
    stand.group(desired=2, hook=True)
    stand.desire(2)
    stand.complete_all()
    stand.refresh(stand.publish("two"), MinHealthyPercentage=50, MaxHealthyPercentage=100)
    stand.tick(times=3)
    assert sorted(stand.states()) == ["InService", "Pending:Wait"]


def test_the_group_takes_over_the_desired_version_only_when_the_refresh_succeeds(
    stand: Stand,
) -> None:
    """User Guide: the group's configuration is updated after a successful refresh."""
    stand.group(desired=1, hook=True)
    stand.complete_all()
    stand.refresh(stand.publish("two"))
    stand.tick(times=3)
    assert stand.described()["LaunchTemplate"]["Version"] == "1"
    stand.complete_all()
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"
    assert stand.described()["LaunchTemplate"]["Version"] == "2"


def test_an_instance_counts_only_after_its_warm_up(stand: Stand) -> None:
    """API reference, InstanceRefresh.PercentageComplete."""
    stand.group(desired=2)
    stand.refresh(stand.publish("two"), InstanceWarmup=100)
    stand.tick(times=6)
    stand.tick(99)
    refresh = stand.last_refresh()
    assert (refresh["PercentageComplete"], refresh["InstancesToUpdate"]) == (0, 1)
    assert "is warming up" in refresh["StatusReason"]
    stand.tick(1)
    assert stand.last_refresh()["PercentageComplete"] == 50


def test_the_warm_up_is_shortened_by_the_clock_factor(stand: Stand) -> None:
    stand.clock.factor = 10
    stand.group(desired=1)
    stand.refresh(stand.publish("two"), InstanceWarmup=100)
    stand.tick(times=6)
    stand.tick(9)
    assert stand.last_refresh()["PercentageComplete"] == 0
    stand.tick(1)
    assert stand.last_refresh()["PercentageComplete"] == 100


def test_an_instance_counts_only_once_its_target_is_healthy(stand: Stand) -> None:
    """User Guide, "How an instance refresh works": healthy, as the group's health checks say."""
    stand.group(desired=1)
    old = stand.ids()[0]
    stand.refresh(stand.publish("two"))
    stand.tick(times=2)
    new = next(id_ for id_ in stand.ids() if id_ != old)
    stand.balancers.states[new] = "initial"
    stand.settle()
    assert stand.last_refresh()["Status"] == "InProgress"
    stand.balancers.states[new] = "healthy"
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"


def test_an_old_target_drains_before_its_instance_ends(stand: Stand) -> None:
    """User Guide, "deregistration delay (connection draining)"."""
    stand.group(desired=1)
    old = stand.ids()[0]
    stand.balancers.drains = True
    stand.refresh(stand.publish("two"))
    stand.settle()
    assert stand.machines.states[old] == "running"
    assert stand.targets()[old] == "draining"
    draining = next(
        a for a in stand.activities() if a["Description"] == f"Terminating EC2 instance: {old}"
    )
    assert draining["StatusCode"] == "WaitingForELBConnectionDraining"
    stand.balancers.draining.clear()
    stand.tick(times=2)
    assert stand.machines.states[old] == "terminated"


def test_activities_name_the_refresh_as_their_cause(stand: Stand) -> None:
    """User Guide, "Check the status of an instance refresh"."""
    stand.group(desired=1)
    old = stand.ids()[0]
    stand.refresh(stand.publish("two"))
    stand.settle()
    launched, ended = sorted(stand.activities()[:2], key=lambda a: a["Description"])
    assert "an instance was launched in response to an instance refresh" in launched["Cause"]
    assert "taken out of service in response to an instance refresh" in ended["Cause"]
    assert f"instance {old} was selected for termination" in ended["Cause"]


def test_with_skip_matching_a_fleet_that_matches_is_done_at_once(stand: Stand) -> None:
    """User Guide, "Use an instance refresh with skip matching"."""
    stand.group(desired=2)
    before = stand.ids()
    stand.refresh(1, SkipMatching=True)
    stand.tick()
    assert stand.last_refresh()["Status"] == "Successful"
    assert stand.ids() == before


def test_with_skip_matching_only_what_differs_is_replaced(stand: Stand) -> None:
    """User Guide, "Use an instance refresh with skip matching"."""
    stand.group(desired=1)
    first = stand.ids()[0]
    stand.point(stand.publish("two"))
    stand.desire(2)
    stand.settle()
    matching = next(id_ for id_ in stand.ids() if id_ != first)
    stand.refresh(2, SkipMatching=True)
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"
    assert matching in stand.ids()
    assert first not in stand.ids()


def test_while_the_process_is_suspended_a_refresh_pauses(stand: Stand) -> None:
    """User Guide, "Suspend and resume processes": InstanceRefresh pauses without cancelling."""
    stand.group(desired=2)
    before = stand.ids()
    stand.suspend("InstanceRefresh")
    stand.refresh(stand.publish("two"))
    stand.settle(8000)
    assert stand.ids() == before
    stand.resume("InstanceRefresh")
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"


def test_a_scale_out_during_a_refresh_uses_the_desired_version(stand: Stand) -> None:
    """User Guide, "How an instance refresh works"."""
    stand.group(desired=2)
    stand.suspend("InstanceRefresh")
    stand.refresh(stand.publish("two"))
    stand.desire(3)
    stand.settle()
    assert stand.versions() == ["1", "1", "2"]


def test_a_scale_in_during_a_refresh_keeps_as_many_in_service_as_desired(stand: Stand) -> None:
    stand.group(desired=3, hook=True)
    stand.complete_all()
    stand.refresh(stand.publish("two"))
    stand.tick(times=3)
    stand.desire(2)
    for _ in range(60):
        stand.tick(5)
        stand.complete_all()
        assert stand.states().count("InService") >= 2
    assert stand.last_refresh()["Status"] == "Successful"
    assert stand.versions() == ["2", "2"]


def test_a_protected_instance_holds_the_refresh_up_by_default(stand: Stand) -> None:
    """API reference, RefreshPreferences.ScaleInProtectedInstances: Wait."""
    stand.group(desired=1)
    stand.protect(*stand.ids())
    stand.refresh(stand.publish("two"))
    stand.settle()
    assert stand.last_refresh()["Status"] == "InProgress"
    assert "is protected" in stand.last_refresh()["StatusReason"]


def test_protected_instances_are_replaced_or_ignored_when_asked(stand: Stand) -> None:
    """API reference, RefreshPreferences.ScaleInProtectedInstances: Ignore and Refresh."""
    stand.group(desired=2)
    protected = stand.ids()[0]
    stand.protect(protected)
    stand.refresh(stand.publish("two"), ScaleInProtectedInstances="Ignore")
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"
    assert stand.versions() == ["1", "2"]
    stand.refresh(2, ScaleInProtectedInstances="Refresh")
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"
    assert protected not in stand.ids()
