"""Health checks and draining, as Elastic Load Balancing documents them."""

import threading
from dataclasses import replace

import pytest

from emulator.balancer.checks import matches
from emulator.balancer.targets import INITIAL, Target
from emulator.interfaces import HealthCheck, TargetHealth
from tests.emulator.balancer.sockets import OK, Request
from tests.emulator.balancer.stand import CHECK, Stand

FAILURE = TargetHealth("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
THREE = HealthCheck("/", 1, 1, healthy_threshold=3, unhealthy_threshold=2)


def states(*results: bool, check: HealthCheck = THREE) -> list[str]:
    """States of a new target after each of some check results."""
    target = Target("t", 1)
    seen: list[str] = []
    for passed in results:
        target.record(None if passed else FAILURE, check)
        seen.append(target.health.state)
    return seen


def test_a_new_target_needs_one_pass():
    assert states(True) == ["healthy"]


def test_a_new_target_is_initial_until_the_threshold_of_failures():
    assert states(False, False) == ["initial", "unhealthy"]


def test_failures_count_only_in_a_row():
    assert states(True, False, True, False) == ["healthy"] * 4


def test_an_unhealthy_target_needs_the_healthy_threshold():
    assert states(True, False, False, True, True, True)[1:] == [
        *("healthy", "unhealthy", "unhealthy", "unhealthy", "healthy")
    ]


@pytest.mark.parametrize(
    ("status", "matcher", "expected"),
    [(200, "200", True), (204, "200", False), (204, "200-299", True), (302, "200,302", True)],
)
def test_matchers_are_codes_lists_and_ranges(status: int, matcher: str, expected: bool):
    assert matches(status, matcher) is expected


def test_a_target_gets_no_request_before_its_first_pass(stand: Stand):
    target = stand.target(health_status=500)
    stand.group = replace(stand.group, health_check=replace(CHECK, unhealthy_threshold=1000))
    stand.register(target)
    assert stand.health("t0") == INITIAL
    assert stand.get()[0] == 503
    target.health_status = 200
    stand.wait(lambda: stand.state("t0") == "healthy")
    assert stand.get()[0] == 200


def test_an_unhealthy_target_gets_no_request_while_another_is_healthy(stand: Stand):
    bad, good = stand.target(), stand.target()
    stand.healthy(bad, good)
    bad.health_status = 503
    stand.wait(lambda: stand.state("t0") == "unhealthy")
    before = len(bad.requests)
    assert {stand.get()[0] for _ in range(6)} == {200}
    assert len(bad.requests) == before


def test_a_group_fails_open_when_all_its_targets_are_unhealthy(stand: Stand):
    targets = [stand.target(), stand.target()]
    stand.healthy(*targets)
    for target in targets:
        target.health_status = 503
    stand.wait(lambda: {stand.state("t0"), stand.state("t1")} == {"unhealthy"})
    assert {stand.get()[0] for _ in range(4)} == {200}
    assert all(target.requests for target in targets)


def test_the_reason_of_an_unhealthy_target_is_awss_own(stand: Stand):
    wrong, silent, closed = stand.target(), stand.target(), stand.target()
    wrong.health_status, silent.health_status = 503, None
    closed.close()
    stand.register(wrong, silent, closed)
    stand.wait(lambda: {stand.state(f"t{n}") for n in range(3)} == {"unhealthy"})
    assert stand.health("t0") == TargetHealth(
        "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]"
    )
    assert stand.health("t1") == TargetHealth("unhealthy", "Target.Timeout", "Request timed out")
    assert stand.health("t2") == FAILURE


class Slow:
    """Answers once it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def __call__(self, request: Request, _: object) -> bytes:
        if request.path == "/slow":
            self.go.wait(10)
        return OK


def test_a_removed_target_finishes_what_is_in_flight_and_gets_nothing_new(stand: Stand):
    slow = Slow()
    leaving, staying = stand.target(slow), stand.target()
    stand.healthy(leaving)
    client = stand.client()
    client.send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    stand.wait(lambda: leaving.requests)
    stand.healthy(staying)
    assert stand.health("t0") == TargetHealth(
        "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
    )
    assert {stand.get()[0] for _ in range(5)} == {200}
    slow.go.set()
    assert client.answer()[0] == 200
    stand.wait(lambda: stand.state("t0") is None)
    assert len(leaving.requests) == 1
    assert stand.balancers.counters("lb").elb_5xx == {}


def test_what_is_in_flight_when_the_delay_elapses_is_502(stand: Stand):
    slow = Slow()
    stand.group = replace(stand.group, deregistration_delay_seconds=0.5)
    target = stand.serving(slow)
    client = stand.client()
    client.send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    stand.wait(lambda: target.requests)
    stand.register()
    assert client.answer()[0] == 502
    stand.wait(lambda: stand.state("t0") is None)
    slow.go.set()


def test_a_target_without_requests_is_drained_at_once(stand: Stand):
    stand.group = replace(stand.group, deregistration_delay_seconds=300)
    stand.serving()
    stand.register()
    stand.wait(lambda: stand.balancers.health("group") == {}, 5)


def test_a_target_that_comes_back_while_it_drains_is_checked_anew(stand: Stand):
    slow = Slow()
    target = stand.serving(slow)
    client = stand.client()
    client.send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    stand.wait(lambda: target.requests)
    stand.register()
    stand.healthy(target)
    slow.go.set()
    assert client.answer()[0] == 200
    assert stand.get()[0] == 200
