"""Workers that die: by what they are judged, and what a running server says of them."""

import json
import os
import shutil
import signal
import time
from http.client import HTTPException

import pytest

from app.views import health
from app.worker_deaths import MOST, PERIOD_SECONDS, RECENT_SECONDS, YOUNG_SECONDS, Deaths
from tests.app.doubles import LONGEST_SECONDS
from tests.app.gunicorn_process import ROOT, workers_of

OLD = YOUNG_SECONDS + 1.0


class Clock:
    now = 1.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def deaths(clock):
    return Deaths(clock)


def verdicts(deaths):
    return bool(deaths.lately()), bool(deaths.often())


def test_nobody_has_died_on_a_machine_that_has_just_started(deaths):
    assert verdicts(deaths) == (False, False)


def test_a_young_death_counts_for_a_while(deaths, clock):
    deaths.add(3.4)
    assert deaths.lately() == "A worker of this instance died 3 seconds after its start."
    assert deaths.often() is None
    clock.now += RECENT_SECONDS
    assert verdicts(deaths) == (False, False)


def test_a_single_old_death_is_none(deaths):
    deaths.add(OLD)
    assert verdicts(deaths) == (False, False)


def test_several_deaths_count_at_any_age_until_the_first_is_long_ago(deaths, clock):
    for _ in range(MOST):
        assert verdicts(deaths) == (False, False)
        clock.now += 100
        deaths.add(OLD)
    assert verdicts(deaths) == (True, True)
    assert deaths.lately() == f"Workers of this instance died {MOST} times within 300 seconds."
    clock.now += PERIOD_SECONDS - 100 * (MOST - 1)
    assert verdicts(deaths) == (False, False)


@pytest.mark.parametrize("life", [0.1, 3, 29, 45, 61, 140])
def test_a_loop_of_two_workers_turns_red_and_stays_red(deaths, clock, life):
    seen = []
    for _ in range(20):
        clock.now += life
        deaths.add(life)
        deaths.add(life)
        seen.append(verdicts(deaths))
        clock.now += life * 0.99  # just before the next
        seen.append(verdicts(deaths))
        clock.now -= life * 0.99
    assert set(seen[4:]) == {(True, True)}


def test_a_process_that_was_forked_sees_what_the_other_counts(deaths):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(read, 1)
        os._exit(deaths.lately() is not None)
    deaths.add(1)
    os.write(write, b"x")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    os.close(read)
    os.close(write)


def test_health_is_for_many_deaths_and_ready_for_one(client, deaths, monkeypatch):
    monkeypatch.setattr(health, "DEATHS", deaths)
    deaths.add(1)
    assert client.get("/health").status_code == 200
    answer = client.get("/ready")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.json["detail"] == deaths.lately()
    for _ in range(MOST):
        deaths.add(OLD)
    assert client.get("/health").status_code == 503
    assert client.get("/health").json["detail"] == deaths.often()


# --- under gunicorn


@pytest.fixture
def start_dying(start, tmp_path):
    """Start a release of which each worker ends 1.5 seconds after its start."""

    def server(code):
        shutil.copytree(ROOT / "app", tmp_path / "app")
        with (tmp_path / "app/factory.py").open("a") as factory:
            factory.write(f"import threading\nthreading.Timer(1.5, os._exit, [{code}]).start()\n")
        return start(root=tmp_path)

    return server


def events(server):
    return [json.loads(line) for line in server.err.read_text().splitlines()]


def deaths_of(server):
    return [event["message"] for event in events(server) if event["level"] == "error"]


def status(server, path):
    """Of an answer; None where the worker that had the request has just died."""
    try:
        return server.get(path)[0]
    except (OSError, HTTPException):
        return None


def until(condition, seconds=LONGEST_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("code", [7, 0])
def test_workers_that_die_in_a_loop_turn_it_red_for_good(start_dying, code):
    server = start_dying(code)
    until(lambda: status(server, "/ready") == 503)
    until(lambda: status(server, "/health") == 503)
    for _ in range(30):
        assert {status(server, path) for path in ("/ready", "/health")} <= {503, None}
        time.sleep(0.1)
    said = deaths_of(server)
    assert len(said) >= MOST
    assert all(line.endswith(f" seconds after its start: exit code {code}") for line in said)


@pytest.mark.slow
def test_a_killed_worker_is_one_line_and_no_reason_to_go(start):
    server = start("--workers 2").until_healthy()
    assert server.get("/ready")[0] == 200
    [first, _] = workers_of(server)
    os.kill(first, signal.SIGKILL)
    until(lambda: status(server, "/ready") == 503)
    [line] = deaths_of(server)
    assert line.startswith(f"Worker (pid: {first}) died ")
    assert line.endswith(": SIGKILL")
    assert server.get("/health")[0] == 200


@pytest.mark.slow
def test_a_worker_that_hangs_is_one_that_died(start):
    server = start("--workers 1 --timeout 2").until_healthy()
    [worker] = workers_of(server)
    os.kill(worker, signal.SIGSTOP)
    until(lambda: any(line.endswith(": SIGKILL") for line in deaths_of(server)))


@pytest.mark.slow
def test_an_end_that_was_asked_for_counts_nothing(start):
    server = start("--workers 2 --max-requests 5").until_healthy()
    for _ in range(20):
        server.get("/version")
    before = set(workers_of(server))
    server.process.send_signal(signal.SIGHUP)
    until(lambda: len(workers_of(server)) == 2 and before.isdisjoint(workers_of(server)))
    os.kill(workers_of(server)[0], signal.SIGTERM)
    until(lambda: status(server, "/ready") == 200)
    assert server.stop() == 0
    assert deaths_of(server) == []
    ended = [event["message"] for event in events(server) if "ended: " in event["message"]]
    assert len(ended) >= 5
