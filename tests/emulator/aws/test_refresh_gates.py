"""What holds an instance refresh up or turns it round: checkpoints, bake time, alarms."""

from tests.emulator.aws.stand import Stand


def test_a_checkpoint_pauses_the_refresh_for_its_delay(stand: Stand) -> None:
    """User Guide, "Add checkpoints to an instance refresh"."""
    stand.group(desired=4)
    stand.refresh(stand.publish("two"), CheckpointPercentages=[25, 100], CheckpointDelay=600)
    stand.tick(times=20)
    assert stand.versions() == ["1", "1", "1", "2"]
    stand.tick(599)
    assert stand.versions() == ["1", "1", "1", "2"]
    stand.tick(1)
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"


def test_a_checkpoint_limits_how_many_are_replaced_before_it(stand: Stand) -> None:
    """User Guide: fewer at once than the percentages allow, to honour a checkpoint."""
    stand.group(desired=4)
    stand.refresh(
        stand.publish("two"),
        MaxHealthyPercentage=200,
        CheckpointPercentages=[25, 100],
        CheckpointDelay=600,
    )
    stand.tick(times=20)
    assert stand.versions() == ["1", "1", "1", "2"]


def test_of_checkpoints_passed_at_once_only_the_last_one_pauses(stand: Stand) -> None:
    """User Guide: N=2 and [10, 40, 100]: the first one is skipped."""
    stand.group(desired=2)
    stand.refresh(stand.publish("two"), CheckpointPercentages=[10, 40, 100], CheckpointDelay=600)
    stand.tick(times=20)
    assert "40 percent" in stand.last_refresh()["StatusReason"]
    stand.tick(600)
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"


def test_a_refresh_whose_last_checkpoint_is_below_100_ends_there(stand: Stand) -> None:
    """User Guide: the last value is the percentage that has to be replaced."""
    stand.group(desired=2)
    stand.refresh(stand.publish("two"), CheckpointPercentages=[50], CheckpointDelay=600)
    stand.settle()
    refresh = stand.last_refresh()
    assert (refresh["Status"], refresh["PercentageComplete"]) == ("Successful", 50)
    assert stand.versions() == ["1", "2"]


def test_a_checkpoints_delay_is_no_lack_of_progress(stand: Stand) -> None:
    stand.group(desired=2)
    stand.refresh(stand.publish("two"), CheckpointPercentages=[50, 100], CheckpointDelay=9000)
    stand.settle(8000)
    assert stand.last_refresh()["Status"] == "InProgress"
    stand.settle(2000)
    assert stand.last_refresh()["Status"] == "Successful"


def test_the_hour_begins_after_a_checkpoints_delay(stand: Stand) -> None:
    stand.group(desired=2)
    stand.protect(stand.ids()[0])
    stand.refresh(stand.publish("two"), CheckpointPercentages=[50, 100], CheckpointDelay=9000)
    stand.tick(times=20)
    stand.tick(8999)
    stand.tick(1)
    stand.tick(3000)
    assert stand.last_refresh()["Status"] == "InProgress"
    stand.tick(700)
    assert stand.last_refresh()["Status"] == "Failed"


def test_a_refresh_bakes_before_it_is_successful(stand: Stand) -> None:
    """API reference, RefreshPreferences.BakeTime and InstanceRefresh.Status: Baking."""
    stand.group(desired=1)
    stand.refresh(stand.publish("two"), BakeTime=600)
    stand.tick(times=20)
    assert stand.last_refresh()["Status"] == "Baking"
    assert stand.described()["LaunchTemplate"]["Version"] == "1"
    stand.tick(599)
    assert stand.last_refresh()["Status"] == "Baking"
    stand.tick(1)
    assert stand.last_refresh()["Status"] == "Successful"
    assert stand.described()["LaunchTemplate"]["Version"] == "2"


def test_bake_time_and_checkpoint_delay_are_shortened_by_the_clock_factor(stand: Stand) -> None:
    stand.clock.factor = 100
    stand.group(desired=2)
    stand.refresh(
        stand.publish("two"), BakeTime=600, CheckpointPercentages=[50, 100], CheckpointDelay=600
    )
    stand.tick(times=20)
    assert stand.last_refresh()["PercentageComplete"] == 50
    stand.tick(6)
    stand.tick(times=20)
    assert stand.last_refresh()["Status"] == "Baking"
    stand.tick(6)
    assert stand.last_refresh()["Status"] == "Successful"


def test_a_refresh_starts_only_while_every_alarm_is_ok(stand: Stand) -> None:
    """API reference, AlarmSpecification: ALARM or INSUFFICIENT_DATA refuses the start."""
    stand.group(desired=1)
    version = stand.publish("two")
    alarms = {"AlarmSpecification": {"Alarms": ["errors"]}}
    with stand.refused("ValidationError", "missing"):
        stand.refresh(version, **alarms)
    stand.alarm("errors", "INSUFFICIENT_DATA")
    with stand.refused("ValidationError", "INSUFFICIENT_DATA"):
        stand.refresh(version, **alarms)
    stand.alarm("errors", "ALARM")
    with stand.refused("ValidationError", "ALARM"):
        stand.refresh(version, **alarms)
    stand.alarm("errors", "OK")
    stand.refresh(version, **alarms)


def test_an_alarm_fails_the_refresh(stand: Stand) -> None:
    """API reference, AlarmSpecification."""
    stand.group(desired=2, hook=True)
    stand.complete_all()
    stand.alarm("errors", "OK")
    stand.refresh(stand.publish("two"), AlarmSpecification={"Alarms": ["errors"]})
    stand.tick(times=3)
    stand.alarm("errors", "ALARM")
    stand.tick()
    assert stand.last_refresh()["Status"] == "Failed"
    assert "errors" in stand.last_refresh()["StatusReason"]


def test_an_alarm_during_the_bake_rolls_back(stand: Stand) -> None:
    """User Guide, "Undo changes with a rollback": alarms are watched during the bake time too."""
    stand.group(desired=2)
    stand.alarm("errors", "OK")
    alarms = {"Alarms": ["errors"]}
    stand.refresh(stand.publish("two"), BakeTime=600, AutoRollback=True, AlarmSpecification=alarms)
    stand.tick(times=40)
    assert stand.last_refresh()["Status"] == "Baking"
    stand.alarm("errors", "ALARM")
    stand.settle()
    assert stand.last_refresh()["Status"] == "RollbackSuccessful"
    assert stand.versions() == ["1", "1"]


def test_a_rollback_goes_on_while_the_alarm_is_red(stand: Stand) -> None:
    stand.group(desired=2, hook=True)
    stand.complete_all()
    stand.alarm("errors", "OK")
    stand.refresh(stand.publish("two"), AlarmSpecification={"Alarms": ["errors"]})
    stand.tick(times=3)
    stand.complete_all()
    stand.roll_back()
    stand.alarm("errors", "ALARM")
    for _ in range(5):
        stand.tick(5)
        stand.complete_all()
    stand.settle()
    assert stand.last_refresh()["Status"] == "RollbackSuccessful"


def test_an_alarm_without_data_holds_the_refresh(stand: Stand) -> None:
    """API reference, AlarmSpecification: no replacements until there is data."""
    stand.group(desired=1)
    before = stand.ids()
    stand.alarm("errors", "OK")
    stand.refresh(stand.publish("two"), AlarmSpecification={"Alarms": ["errors"]})
    stand.alarm("errors", "INSUFFICIENT_DATA")
    stand.settle(8000)
    assert stand.ids() == before
    stand.alarm("errors", "OK")
    stand.settle()
    assert stand.last_refresh()["Status"] == "Successful"
