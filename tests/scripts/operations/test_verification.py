"""What keeps an environment from being verified."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scripts.adapters.aws import pace
from scripts.base import clock
from scripts.domain.observed_state import Configuration, Group, Instance, TemplateVersion
from scripts.operations import verification

WANTED, OTHER = Configuration("shape", "sha256:new"), Configuration("shape", "sha256:old")
ONE = Instance("i-1", "a", "InService", "Healthy", "healthy", "new", WANTED)
TWO = replace(ONE, id="i-2")


def group(*instances: Instance, desired: int = 2) -> Group:
    return Group(TemplateVersion(1, WANTED, "new"), 2, 4, desired, instances)


def test_a_fleet_of_the_wanted_release_has_no_problem():
    assert not verification.fleet_problems(group(ONE, TWO), WANTED)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (replace(TWO, configuration=OTHER, release="old"), "i-2: runs old"),
        (replace(TWO, configuration=Configuration("older", "sha256:new")), "template older"),
        (replace(TWO, state="Pending:Wait"), "1 of 2 instances"),
        (replace(TWO, health="Unhealthy"), "1 of 2 instances"),
        (replace(TWO, target_health="initial"), "i-2: the load balancer says initial"),
        (replace(TWO, target_health=""), "not registered"),
    ],
)
def test_each_way_to_be_wrong_is_named(second, words):
    assert words in "\n".join(verification.fleet_problems(group(ONE, second), WANTED))


def test_leaving_instances_do_not_count():
    leaving = replace(TWO, id="i-3", state="Terminating:Wait", configuration=OTHER)
    assert not verification.fleet_problems(group(ONE, TWO, leaving), WANTED)


def test_too_few_are_a_problem_even_if_all_are_right():
    assert verification.fleet_problems(group(ONE), WANTED)


class Service(BaseHTTPRequestHandler):
    answers: list[str | None]

    def do_GET(self) -> None:
        digest = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(200 if digest else 503)
        body = json.dumps({"release": "r", "digest": digest, "instance": "i-9"}).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def fake_time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    time = [0.0]
    monkeypatch.setattr(clock, "seconds", lambda: time[0])
    monkeypatch.setattr(clock, "pause", lambda seconds: time.__setitem__(0, time[0] + seconds))
    return time


def problems(service: str, patience_seconds: float = 2 * pace.SECONDS) -> list[str]:
    return verification.problems(lambda: group(ONE, TWO), service, WANTED, patience_seconds)


def test_answers_of_the_wanted_release_alone_are_right(service, fake_time):
    Service.answers = ["sha256:new"]
    assert not problems(service)


def test_one_answer_of_another_release_among_many_is_noticed(service, fake_time):
    Service.answers = [*["sha256:new"] * 7, "sha256:old", "sha256:new"]
    assert "i-9 answers release r" in problems(service, patience_seconds=0)[0]


def test_what_passes_in_time_is_no_problem(service, fake_time):
    Service.answers = [None, None, "sha256:new"]
    assert not problems(service)
    assert fake_time[0] == 2 * pace.SECONDS


def test_an_error_that_stays_is_told_when_patience_ends(service, fake_time):
    Service.answers = [None]
    assert "503" in problems(service)[0]
    assert fake_time[0] >= 5


def test_an_answer_that_is_no_document_is_a_problem(service, fake_time, monkeypatch):
    Service.answers = ["sha256:new"]
    for body in ("[]", "[" * 60000, "x"):
        monkeypatch.setattr(json, "dumps", lambda _, body=body: body)
        assert "/version" in problems(service, patience_seconds=0)[0]


def test_what_answers_cannot_steer_a_terminal_or_a_job(service, fake_time, monkeypatch):
    Service.answers = ["sha256:new"]
    told = {"digest": "other", "instance": "i\n::add-mask::x", "release": "\x1b[2J"}
    body = json.dumps(told)
    monkeypatch.setattr(json, "dumps", lambda _: body)
    assert all(char.isprintable() for char in problems(service, patience_seconds=0)[0])


def test_the_page_is_asked_for_only_where_the_release_is_new(service, fake_time):
    Service.answers = ["sha256:new"]
    observe = lambda: group(ONE, TWO)  # noqa: E731
    new = verification.problems(observe, service, WANTED, 0, visits=True)
    assert new == [f"{service}/: an unnamed answer: a body without a reversed address"]
    assert not verification.problems(observe, service, WANTED, 0)


def test_nobody_listening_is_a_problem(fake_time):
    assert "127.0.0.1:9" in problems("http://127.0.0.1:9")[0]


def test_one_instance_that_is_not_ready_among_many_is_noticed(service):
    Service.answers = [*["sha256:new"] * 7, None, "sha256:new"]
    assert "/ready: an unnamed answer is not ready: status 503" in str(
        verification.ready_problem(service)
    )
    Service.answers = ["sha256:new"]
    assert verification.ready_problem(service) is None


def test_a_service_that_does_not_answer_is_not_ready():
    assert "/ready" in str(verification.ready_problem("http://127.0.0.1:9"))
