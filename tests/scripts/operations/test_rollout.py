"""What ends, holds or outlives a rollout, against the emulated AWS in this process."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.adapters.aws import alarms
from scripts.base import clock
from scripts.commands import abort, pause, resume
from scripts.domain.canary import Canary
from scripts.domain.facts import Rollout
from scripts.domain.observed_state import Configuration, Group, Instance
from scripts.reporting import status_text
from tests.scripts.emulated import SPEC, Environment
from tests.scripts.meanwhile import change_facts
from tests.scripts.observed_states import OLD, version

slow = pytest.mark.slow
TARGET, OTHER = Configuration("shape", "sha256:new"), Configuration("shape", "sha256:old")
A, B, C = "a" * 12, "b" * 12, "c" * 12
PROD = Rollout(True, 300, 600, 60, 150, 2, 10, 300, 30)


def canary(*looks: tuple[int, int, int], desired: int = 3, status: str = "InProgress") -> Canary:
    """A canary after looks: how many new ones serve, how many boot, how many old ones serve.

    The size and the status of the last look may differ.
    """
    found = Canary()
    one = Instance("", "", "InService", "Healthy", "healthy", "", TARGET)
    booting, old = replace(one, state="Pending:Wait"), replace(one, configuration=OTHER)
    for index, (serving, boots, left) in enumerate(looks, 1):
        last = index == len(looks)
        fleet = (*[one] * serving, *[booting] * boots, *[old] * left)
        group = Group(version(1, "a", OLD), 0, 9, desired if last else 3, fleet)
        found.see(group, TARGET, status if last else "InProgress")
    return found


@pytest.mark.parametrize(
    ("looks", "limit"),
    [
        ([(0, 1, 3), (1, 0, 3), (1, 0, 2)], 1),
        ([(0, 1, 3), (1, 0, 2), (1, 1, 2)], 2),
        ([(1, 0, 2), (2, 0, 2)], 2),
        ([(1, 0, 2), (1, 1, 2), (2, 0, 1)], 2),
        ([(2, 0, 1), (2, 0, 1)], 1),
    ],
)
def test_one_bad_instance_is_enough_until_the_canary_has_passed(looks, limit):
    assert canary(*looks).limit(PROD) == limit
    assert canary(*looks).limit(replace(PROD, canary=False)) == 2


def test_neither_a_growth_nor_a_replaced_instance_passes_the_canary():
    assert canary((1, 0, 2), (1, 1, 2), desired=4).limit(PROD) == 1
    assert canary((1, 0, 2), (0, 1, 2)).limit(PROD) == 1
    assert canary((1, 0, 2), (1, 1, 1)).limit(PROD) == 1


def test_the_canary_of_a_group_of_one_passes_with_the_bake():
    assert canary((1, 0, 0), desired=1).limit(PROD) == 1
    assert canary((1, 0, 0), desired=1, status="Baking").limit(PROD) == 2


@slow
def test_a_canary_that_dies_in_its_pause_ends_the_roll_whatever_percentage_aws_shows(
    dev: Environment, monkeypatch
):
    """No page says how PercentageComplete is rounded; and AWS replaces the dead one at once."""
    careful: Any = {"canary": True, "canary_pause_seconds": 300, "failed_instances": 2}
    change_facts(
        monkeypatch, lambda found: replace(found, rollout=replace(found.rollout, **careful))
    )
    dev.deploy(A)

    def told(parsed, **_) -> None:
        for one in parsed["InstanceRefreshes"]:
            one["PercentageComplete"] = 100

    events = dev.clients.autoscaling.meta.events
    events.register("after-call.auto-scaling.DescribeInstanceRefreshes", told)
    pauses, balancers = 0, dev.stand.balancers

    def in_the_pause() -> None:
        nonlocal pauses
        new = [one for one in dev.observe().group.fleet if one.release == B]  # type: ignore[union-attr]
        pauses += bool(new and new[0].serves)
        if pauses == 3:
            dev.on_pause = until_it_goes_back
            # What leaves drains, so that a look sees it.
            balancers.drains = True
            dev.stand.scaling.set_instance_health(
                InstanceId=new[0].id, HealthStatus="Unhealthy", ShouldRespectGracePeriod=False
            )

    def until_it_goes_back() -> None:
        if dev.calls[-1].startswith("Rollback"):
            dev.on_pause = lambda: None
            balancers.drains = False
            balancers.draining.clear()

    dev.on_pause = in_the_pause
    assert dev.deploy(B) == 1
    assert "is unhealthy in service" in dev.ledger().failed[0].cause
    dev.whole(A)


@slow
def test_a_release_that_answers_visitors_badly_is_taken_back(dev: Environment):
    dev.deploy(A)
    dev.bad_answers = {B}
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert "answers / badly: status 500" in dev.ledger().failed[0].cause
    report = dev.report()
    assert report["result"] == "failed"
    assert f"{A} runs on every instance" in report["headline"]
    assert report["smoke"]["new"]["bad"] >= 2
    assert "crit" in dev.page()


@slow
def test_a_first_release_that_answers_visitors_badly_is_not_kept(dev: Environment):
    dev.bad_answers = {A}
    assert dev.deploy(A) == 1
    dev.whole(None)


@slow
def test_an_old_release_that_answers_badly_is_replaced_all_the_same(dev: Environment):
    dev.deploy(A)
    dev.bad_answers = {A}
    assert dev.deploy(B) == 0
    dev.whole(B)


@slow
def test_a_roll_back_does_not_depend_on_what_visitors_are_answered(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    dev.bad_answers = {A, B}
    assert dev.roll_back() == 0
    dev.whole(A)
    assert dev.report()["command"] == "roll_back"


@slow
def test_nothing_to_do_is_verified_within_seconds_and_reported(dev: Environment):
    dev.deploy(A)
    calls, began = list(dev.calls), dev.stand.clock.time
    assert dev.deploy(A) == 0
    assert dev.calls == calls
    assert dev.stand.clock.time - began < 10
    assert dev.report()["nothing_to_do"]


@slow
def test_what_turns_bad_after_the_refresh_has_ended_is_rolled_back(dev: Environment):
    dev.deploy(A)

    def told(parsed, **_) -> None:
        if any(one["Status"] == "Successful" for one in parsed["InstanceRefreshes"]):
            dev.wrong_answers = {B}

    events = dev.clients.autoscaling.meta.events
    events.register("after-call.auto-scaling.DescribeInstanceRefreshes", told)
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert dev.ledger().failed[0].cause == "verification failed"
    assert dev.calls.count("StartInstanceRefresh") == 2


@slow
def test_a_pause_holds_a_roll_until_it_is_resumed(dev: Environment, capsys):
    dev.deploy(A)
    dev.run(pause.main)
    waited = 0

    def wait_long() -> None:
        nonlocal waited
        waited += 1
        dev.pass_time(100)
        if waited == 20:
            assert {one.release for one in dev.observe().group.fleet} == {A}  # type: ignore[union-attr]
            assert "paused since 2027" in "\n".join(status_text.lines(dev.observe()))
            dev.run(resume.main)

    dev.on_pause = wait_long
    assert dev.deploy(B) == 0
    dev.whole(B)
    told = capsys.readouterr().err
    assert "this one starts and waits" in told
    assert "make resume ENV=dev" in told


@slow
def test_going_back_ends_a_pause(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    dev.run(pause.main)
    assert dev.roll_back() == 0
    dev.whole(A)
    group = dev.observe().group
    assert group
    assert not group.paused


@slow
def test_a_pause_does_not_keep_what_the_breaker_takes_back(dev: Environment):
    dev.deploy(A)
    dev.bad_answers = {B}
    looks = 0

    def held() -> None:
        nonlocal looks
        looks += 1
        assert looks < 500, "going back is held by the pause"

    def once_it_serves() -> None:
        if any(one.release == B and one.serves for one in dev.observe().group.fleet):  # type: ignore[union-attr]
            dev.on_pause = held
            dev.run(pause.main)

    dev.on_pause = once_it_serves
    assert dev.deploy(B) == 1
    assert looks
    dev.whole(A)
    group = dev.observe().group
    assert group
    assert not group.paused


@slow
def test_an_abort_puts_everything_back_and_the_watcher_leaves_it_to_it(dev: Environment):
    dev.deploy(A)
    codes: list[int] = []

    def once() -> None:
        dev.on_pause = lambda: None
        codes.append(dev.run(abort.main))

    dev.on_pause = once
    assert dev.deploy(B) == 1
    assert codes == [0]
    dev.whole(A)
    assert "overtaken: another command ended this rollout" in str(dev.error)
    assert dev.ledger().failed[0].cause.startswith("aborted by")
    assert dev.run(abort.main) == 3


@slow
def test_a_roll_to_something_else_is_told_with_the_two_commands_that_help(dev: Environment):
    dev.deploy(A)
    dev.kill_at_poll = dev.polls + 2
    assert dev.deploy(B) == -9
    dev.kill_at_poll = None
    assert dev.deploy(C) == 3
    told = str(dev.error)
    assert f"a rollout of {B} has been running since 2027" in told
    assert "make deploy ENV=dev WAIT=1" in told
    assert "make abort ENV=dev" in told
    assert dev.deploy(B) == 0
    assert dev.calls.count("StartInstanceRefresh") == 1


@slow
def test_an_interrupt_leaves_the_roll_running_and_says_how_to_go_on(dev: Environment, capsys):
    dev.deploy(A)

    def interrupt() -> None:
        dev.on_pause = lambda: None
        raise KeyboardInterrupt

    dev.on_pause = interrupt
    with pytest.raises(KeyboardInterrupt):
        dev.deploy(B)
    assert "make abort ENV=dev" in capsys.readouterr().err
    assert dev.report()["result"] == "interrupted"
    assert "RollbackInstanceRefresh" not in dev.calls
    assert dev.observe().refresh.active  # type: ignore[union-attr]


@slow
def test_credentials_that_expire_are_unknown_and_nothing_is_put_back(dev: Environment):
    dev.deploy(A)

    def expire() -> None:
        error = {"Error": {"Code": "ExpiredToken", "Message": "expired"}}
        raise ClientError(error, "DescribeInstanceRefreshes")  # type: ignore[arg-type]

    dev.on_pause = expire
    assert dev.deploy(B) == 4
    assert "make status ENV=dev" in str(dev.error)
    assert dev.calls[-1] == "StartInstanceRefresh"
    assert dev.report()["result"] == "unknown"


@slow
def test_an_alarm_that_is_not_ok_refuses_a_deploy_and_neither_an_override_nor_a_roll_back(
    dev: Environment, monkeypatch
):
    dev.deploy(A)
    dev.deploy(B)
    dev.stand.alarm("errors", "ALARM")
    change_facts(monkeypatch, lambda found: replace(found, alarms=("errors",)))
    began = clock.seconds()
    assert dev.deploy(C) == 1
    assert clock.seconds() - began >= alarms.PATIENCE_SECONDS
    assert "errors is ALARM" in str(dev.error)
    assert dev.deploy(C, "--despite-alarms") == 0
    dev.whole(C)
    assert dev.roll_back() == 0
    dev.whole(B)


@slow
def test_a_roll_back_killed_anywhere_goes_on_to_the_same_release(dev: Environment):
    for release in (A, B, C):
        dev.deploy(release)
    calls = len(dev.calls)
    for after in range(1, 40):
        dev.kill_after = len(dev.calls) + after
        ended = dev.roll_back()
        dev.kill_after = None
        if ended == 0:
            break
        observed = dev.observe()
        if observed.hold and observed.ledger and observed.ledger.release == dev.ledger().known(B):
            assert observed.hold.release == B
    assert len(dev.calls) > calls
    dev.whole(B, SPEC)
