"""Processes that somebody has suspended are told before anything waits for them."""

import pytest

from scripts.domain.suspensions import PROCESSES
from scripts.operations import find_drift
from scripts.reporting import status_text
from tests.emulator.aws.stand import GROUP
from tests.scripts.emulated import INPUTS, Environment

pytestmark = pytest.mark.slow
A, B = "a" * 12, "b" * 12
NEEDED = [name for name, process in PROCESSES.items() if process.needed]
LIFT = f"aws autoscaling resume-processes --auto-scaling-group-name {GROUP} --scaling-processes"


def test_all_that_aws_knows_are_known_but_the_pause():
    """User Guide, "Types of processes"."""
    assert set(PROCESSES) == {
        *("AddToLoadBalancer", "AlarmNotification", "AZRebalance", "HealthCheck", "Launch"),
        *("ReplaceUnhealthy", "ScheduledActions", "Terminate"),
    }


@pytest.mark.parametrize("process", NEEDED)
def test_a_deploy_that_could_not_roll_is_refused_before_anything_changes(dev, process):
    dev.deploy(A)
    dev.stand.suspend(process)
    calls = list(dev.calls)
    assert dev.deploy(B) == 3
    assert f"{LIFT} {process}" in str(dev.error)
    assert PROCESSES[process].consequence in str(dev.error)
    assert dev.calls == calls
    assert dev.deploy(A) == 0, "what has nothing to roll is not refused"
    dev.stand.resume(process)
    assert dev.deploy(B) == 0
    dev.whole(B)


def test_a_first_release_is_refused_likewise(dev):
    dev.stand.suspend("Launch")
    assert dev.deploy(A) == 3
    assert dev.calls == []


def test_what_a_rollout_does_without_is_told_and_goes_on(dev, capsys):
    dev.deploy(A)
    dev.stand.suspend("ReplaceUnhealthy", "ScheduledActions")
    capsys.readouterr()
    assert dev.deploy(B) == 0
    told = capsys.readouterr().err
    assert told.index(f"{LIFT} ReplaceUnhealthy") < told.index("rolling slipway-dev")
    dev.whole(B)


def test_going_back_is_told_and_begun(dev, capsys):
    dev.deploy(A)
    dev.deploy(B)
    dev.stand.suspend("Terminate")
    dev.on_pause = lambda: dev.stand.resume("Terminate")
    capsys.readouterr()
    assert dev.roll_back() == 0
    assert f"{LIFT} Terminate" in capsys.readouterr().err
    dev.whole(A)


def test_status_and_drift_say_each(dev: Environment, monkeypatch):
    monkeypatch.setattr(find_drift, "planned_changes", lambda *_: [])
    monkeypatch.setattr(find_drift, "inputs_hash", lambda _: INPUTS)
    dev.deploy(A)
    dev.stand.suspend(*PROCESSES)
    shown = "\n".join(status_text.lines(dev.observe()))
    drift = find_drift.find_drift(dev.clients, dev.project, "dev")
    for process, about in PROCESSES.items():
        line = f"{process} is suspended: {about.consequence}; to lift it: {LIFT} {process}"
        assert f"group    {line}" in shown
        assert line in drift.fleet
    dev.stand.resume(*PROCESSES)
    assert "suspended" not in "\n".join(status_text.lines(dev.observe()))
    assert not find_drift.find_drift(dev.clients, dev.project, "dev").differs
