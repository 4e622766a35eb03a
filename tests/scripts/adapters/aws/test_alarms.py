"""Alarms that gate a rollout, before it begins."""

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.adapters.aws import alarms, pace
from scripts.base import clock
from scripts.base.errors import OvertakenError, SlipwayError


class Watched:
    """CloudWatch whose alarms a test sets, with a clock that waiting moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **states: str) -> None:
        self.states, self.time, self.looks = states, 0.0, 0
        self.cloudwatch = SimpleNamespace(describe_alarms=self._describe)
        monkeypatch.setattr(clock, "seconds", lambda: self.time)
        monkeypatch.setattr(clock, "pause", self._pause)

    def _describe(self, AlarmNames: list[str]) -> Any:  # noqa: N803 - boto3's own name
        self.looks += 1
        found = [name for name in AlarmNames if name in self.states]
        return {
            "MetricAlarms": [{"AlarmName": name, "StateValue": self.states[name]} for name in found]
        }

    def _pause(self, seconds: float) -> None:
        self.time += seconds

    def wait(self, *names: str, check: Any = lambda: None) -> None:
        alarms.wait_until_ok(self, "dev", names, check)  # type: ignore[arg-type]


def test_alarms_that_are_ok_cost_one_look_and_none_costs_none(monkeypatch):
    watched = Watched(monkeypatch, errors="OK", latency="OK")
    watched.wait("errors", "latency")
    assert (watched.looks, watched.time) == (1, 0)
    watched.wait()
    assert watched.looks == 1


@pytest.mark.parametrize("state", ["ALARM", "INSUFFICIENT_DATA", "missing"])
def test_one_that_is_not_ok_is_waited_for_so_long_and_named(monkeypatch, state):
    states = {"errors": "OK", **({} if state == "missing" else {"latency": state})}
    watched = Watched(monkeypatch, **states)
    with pytest.raises(SlipwayError) as caught:
        watched.wait("errors", "latency")
    assert caught.value.which == [f"latency is {state}"]
    assert "make deploy ENV=dev DESPITE_ALARMS=1" in caught.value.next_step
    assert 0 <= watched.time - alarms.PATIENCE_SECONDS <= 2 * pace.SECONDS


def test_whoever_is_overtaken_meanwhile_waits_no_longer(monkeypatch):
    watched = Watched(monkeypatch, errors="ALARM")

    def check() -> None:
        if watched.time >= 5:
            raise OvertakenError("held")

    with pytest.raises(OvertakenError):
        watched.wait("errors", check=check)
    assert watched.time == 5


def test_an_overtaking_is_seen_although_the_alarms_are_ok(monkeypatch):
    def check() -> None:
        raise OvertakenError("held")

    for names in (("errors",), ()):
        with pytest.raises(OvertakenError):
            Watched(monkeypatch, errors="OK").wait(*names, check=check)
