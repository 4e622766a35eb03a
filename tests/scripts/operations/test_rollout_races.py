"""What happens between two calls of a rollout: AWS acts, and answers stay away."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from emulator.aws import quotas
from scripts.base import clock
from scripts.commands import abort
from scripts.domain.facts import Facts
from tests.emulator.aws.stand import GROUP
from tests.scripts.meanwhile import after, before, change_facts, no_capacity, with_alarm

pytestmark = pytest.mark.slow
A, B = "a" * 12, "b" * 12


def test_an_alarm_that_ends_a_roll_is_the_cause_that_is_noted(dev, monkeypatch):
    dev.deploy(A)
    dev.stand.alarm("errors", "OK")
    with_alarm(monkeypatch, "errors")

    def once_it_serves() -> None:
        if any(one.release == B and one.serves for one in dev.observe().group.fleet):
            dev.on_pause = lambda: None
            dev.stand.alarm("errors", "ALARM")

    dev.on_pause = once_it_serves
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert "alarm errors" in dev.ledger().failed[0].cause


def test_a_log_that_cannot_be_reached_does_not_keep_a_bad_release_in_service(dev):
    dev.deploy(A)
    dev.bad = {B}

    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://logs")

    dev.clients.logs.meta.events.register("before-call.cloudwatch-logs.*", unreachable)
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert "gave up while it booted" in dev.ledger().failed[0].cause


def test_a_refresh_that_cannot_be_seen_yet_is_looked_for_again(dev):
    dev.deploy(A)
    after(dev, "StartInstanceRefresh", lambda _: hide())

    def hide() -> None:
        after(dev, "DescribeInstanceRefreshes", lambda parsed: parsed["InstanceRefreshes"].clear())

    assert dev.deploy(B) == 0
    dev.whole(B)


def test_a_refresh_that_is_never_seen_is_unknown(dev):
    dev.deploy(A)

    def hide(parsed: Any, **_: Any) -> None:
        parsed["InstanceRefreshes"].clear()

    after(
        dev,
        "StartInstanceRefresh",
        lambda _: dev.clients.autoscaling.meta.events.register(
            "after-call.auto-scaling.DescribeInstanceRefreshes", hide
        ),
    )
    assert dev.deploy(B) == 4
    assert "make status ENV=dev" in str(dev.error)


def test_a_start_whose_answer_was_lost_is_found_and_watched(dev):
    dev.deploy(A)

    def lost(parsed: Any) -> None:
        error = {"Code": "InstanceRefreshInProgress", "Message": "as a second attempt is told"}
        fault = dev.clients.autoscaling.exceptions.InstanceRefreshInProgressFault
        raise fault({"Error": error}, "StartInstanceRefresh")

    after(dev, "StartInstanceRefresh", lost)
    assert dev.deploy(B) == 0
    dev.whole(B)
    assert dev.calls.count("StartInstanceRefresh") == 1


def test_a_refusal_after_something_was_begun_does_not_say_that_nothing_was_changed(dev):
    dev.deploy(A)
    before(
        dev,
        "StartInstanceRefresh",
        lambda: dev.stand.scaling.start_instance_refresh(AutoScalingGroupName=GROUP),
    )
    assert dev.deploy(B) == 3
    assert "Nothing was changed" not in dev.error.next_step
    assert "done before that: publish, roll" in dev.error.next_step
    # The second time it begins nothing.
    assert dev.deploy(B) == 3
    assert "Nothing was changed" in dev.error.next_step


def test_a_roll_back_that_aws_began_by_itself_is_not_cancelled(dev):
    dev.deploy(A)
    dev.bad = {B}

    def already() -> None:
        dev.stand.roll_back()
        error = {"Code": "IrreversibleInstanceRefresh", "Message": "it goes back"}
        fault = dev.clients.autoscaling.exceptions.IrreversibleInstanceRefreshFault
        raise fault({"Error": error}, "RollbackInstanceRefresh")

    before(dev, "RollbackInstanceRefresh", already)
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert "CancelInstanceRefresh" not in dev.calls


def test_a_refresh_of_somebody_else_is_cancelled_where_it_cannot_go_back(dev):
    dev.deploy(A)
    dev.stand.scaling.start_instance_refresh(AutoScalingGroupName=GROUP)
    assert dev.run(abort.main) == 0
    assert dev.calls[-1] == "CancelInstanceRefresh"
    dev.whole(A)


def test_a_refresh_that_ends_before_it_is_cancelled_is_no_error(dev):
    dev.deploy(A)
    dev.stand.scaling.start_instance_refresh(AutoScalingGroupName=GROUP)
    before(
        dev,
        "CancelInstanceRefresh",
        lambda: dev.stand.scaling.cancel_instance_refresh(
            AutoScalingGroupName=GROUP, WaitForTransitioningInstances=False
        ),
    )
    assert dev.run(abort.main) == 0
    dev.whole(A)


def test_an_interrupt_while_it_goes_back_says_what_goes_on(dev, capsys):
    dev.deploy(A)

    def break_down(parsed: Any, **_: Any) -> None:
        if any(one["Status"] == "Successful" for one in parsed["InstanceRefreshes"]):
            dev.wrong_answers = {B}

    def interrupt() -> None:
        if dev.calls.count("StartInstanceRefresh") == 2:
            dev.on_pause = lambda: None
            raise KeyboardInterrupt

    events = dev.clients.autoscaling.meta.events
    events.register("after-call.auto-scaling.DescribeInstanceRefreshes", break_down)
    dev.on_pause = interrupt
    with pytest.raises(KeyboardInterrupt):
        dev.deploy(B)
    assert "To watch it to its end: make abort ENV=dev" in capsys.readouterr().err
    assert dev.run(abort.main) == 0
    dev.whole(A)


def test_a_group_that_grows_while_it_bakes_is_no_failure(dev):
    dev.deploy(A)

    def grow(parsed: Any, **_: Any) -> None:
        if any(one["Status"] == "Baking" for one in parsed["InstanceRefreshes"]):
            events.unregister(name, grow)
            dev.stand.machines.starts = "pending"
            dev.stand.desire(3)
            dev.on_pause = slow_boot

    def slow_boot() -> None:
        if dev.observe().refresh.status == "Successful":
            dev.on_pause = lambda: None
            dev.stand.machines.starts = "running"
            for id_, state in dev.stand.machines.states.items():
                if state == "pending":
                    dev.stand.machines.states[id_] = "running"

    events = dev.clients.autoscaling.meta.events
    name = "after-call.auto-scaling.DescribeInstanceRefreshes"
    events.register(name, grow)
    assert dev.deploy(B) == 0
    assert dev.ledger().release.version == B
    assert not dev.ledger().failed


def test_an_hour_without_capacity_is_no_failure_of_the_release(dev):
    dev.deploy(A)
    no_capacity(dev, times=1000)
    dev.on_pause = lambda: dev.pass_time(120)
    assert dev.deploy(B) == 1
    assert "AWS had no capacity" in str(dev.error)
    assert not dev.ledger().failed
    dev.whole(A)


@pytest.mark.parametrize("first", [True, False], ids=["first release", "release"])
def test_a_quota_of_the_account_is_no_failure_of_the_release(dev, monkeypatch, capsys, first):
    """EC2's message has no code (kubernetes/kops#15778): two t3.small take four vCPUs."""
    if not first:
        dev.deploy(A)
    monkeypatch.setitem(quotas.DEFAULTS, quotas.STANDARD, 1.0 if first else 5.0)
    dev.on_pause = lambda: dev.pass_time(120)
    assert dev.deploy(B) == 1
    assert "AWS had no capacity" in str(dev.error)
    told = str(dev.error) + capsys.readouterr().err
    limit, takes = ("1", "the vCPUs of them all") if first else ("5", "6 vCPUs")
    assert f"vCPU limit of {limit} allows" in told
    assert 'L-1216C47A, "Running On-Demand Standard instances"' in told
    assert f"takes {takes} (3 instances at once)" in " ".join(told.split())
    assert not dev.ledger().failed
    assert not dev.observe().hold
    dev.whole(None if first else A)
    monkeypatch.setitem(quotas.DEFAULTS, quotas.STANDARD, 6.0)
    dev.on_pause = lambda: None
    assert dev.deploy(B) == 0
    dev.whole(B)


def test_an_alarm_is_the_cause_although_capacity_was_short_before(dev, monkeypatch):
    dev.deploy(A)
    dev.stand.alarm("errors", "OK")
    with_alarm(monkeypatch, "errors")
    no_capacity(dev, times=1)

    def once_it_serves() -> None:
        if any(one.release == B and one.serves for one in dev.observe().group.fleet):
            dev.on_pause = lambda: None
            dev.stand.alarm("errors", "ALARM")

    dev.on_pause = once_it_serves
    assert dev.deploy(B) == 1
    assert "alarm errors" in dev.ledger().failed[0].cause
    dev.whole(A)


def test_what_fails_while_aws_goes_back_is_not_the_cause(dev, monkeypatch):
    dev.deploy(A)
    dev.stand.alarm("errors", "OK")
    with_alarm(monkeypatch, "errors")

    def once_it_serves() -> None:
        if any(one.release == B and one.serves for one in dev.observe().group.fleet):
            dev.bad, dev.on_pause = {A}, once_it_failed
            dev.stand.alarm("errors", "ALARM")

    def once_it_failed() -> None:
        if any("ABANDON" in one.get("StatusMessage", "") for one in dev.stand.activities()):
            dev.bad, dev.on_pause = set(), lambda: None

    dev.on_pause = once_it_serves
    assert dev.deploy(B) == 1
    assert not dev.bad
    assert "alarm errors" in dev.ledger().failed[0].cause
    dev.whole(A)


def test_a_clock_that_runs_ahead_hides_no_failed_launch(dev, monkeypatch):
    dev.deploy(A)
    dev.bad = {B}
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now().replace("2027-", "2028-"))
    dev.kill_at_poll = dev.polls + 100
    assert dev.deploy(B) == 1
    assert "gave up while it booted" in dev.ledger().failed[0].cause


def test_a_canary_that_fails_is_enough_although_more_are_borne_later(dev, monkeypatch):
    dev.deploy(A)

    def careful(found: Facts) -> Facts:
        rollout = replace(found.rollout, canary=True, canary_pause_seconds=60, failed_instances=50)
        return replace(found, rollout=rollout)

    change_facts(monkeypatch, careful)
    dev.bad = {B}
    # Fifty failed launches would take longer.
    dev.kill_at_poll = dev.polls + 12
    assert dev.deploy(B) == 1
    dev.whole(A)


def test_a_refresh_that_ends_before_it_goes_back_is_no_error(dev):
    dev.deploy(A)
    dev.bad = {B}
    before(
        dev,
        "RollbackInstanceRefresh",
        lambda: dev.stand.scaling.cancel_instance_refresh(
            AutoScalingGroupName=GROUP, WaitForTransitioningInstances=False
        ),
    )
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert "gave up while it booted" in dev.ledger().failed[0].cause


def test_last_words_are_read_before_the_group_goes_back(dev):
    dev.deploy(A)
    dev.bad_answers = {B}
    read: list[list[str]] = []
    events = dev.clients.logs.meta.events
    events.register("before-call.cloudwatch-logs.*", lambda **_: read.append(list(dev.calls)))
    assert dev.deploy(B) == 1
    assert read
    assert not [calls for calls in read if "RollbackInstanceRefresh" in calls]


def test_an_interrupt_before_anything_moved_promises_nothing(dev, capsys):
    dev.deploy(A)

    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    dev.clients.ec2.meta.events.register("before-call.ec2.CreateLaunchTemplateVersion", interrupt)
    with pytest.raises(KeyboardInterrupt):
        dev.deploy(B)
    assert "continues in AWS" not in capsys.readouterr().err


def test_a_refresh_that_has_not_begun_yet_is_not_blamed_for_earlier_failures(dev):
    dev.deploy(A)
    dev.bad = {B}
    dev.deploy(B)
    dev.bad = set()

    def not_begun(parsed: Any, **_: Any) -> None:
        for refresh in parsed["InstanceRefreshes"]:
            if refresh["Status"] == "Pending":
                del refresh["StartTime"]

    events = dev.clients.autoscaling.meta.events
    events.register("after-call.auto-scaling.DescribeInstanceRefreshes", not_begun)
    dev.kill_at_poll = dev.polls + 1
    assert dev.deploy(B) == -9
    dev.kill_at_poll = None
    assert dev.deploy(B) == 0
    dev.whole(B)
