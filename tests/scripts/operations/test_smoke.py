"""Which bad answers end a rollout: those of the new release."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scripts.base import clock
from scripts.domain.observed_state import Configuration, Group, Instance, TemplateVersion
from scripts.operations import answers
from scripts.operations.answers import Answer
from scripts.operations.smoke import WINDOW_SECONDS, Smoke, asking

NEW, OLD = Configuration("shape", "sha256:new"), Configuration("shape", "sha256:old")
N1 = Instance("i-new1", "a", "InService", "Healthy", "healthy", "new", NEW)
O1 = replace(N1, id="i-old1", release="old", configuration=OLD)
O2 = replace(O1, id="i-old2")
SILENCE = Answer("no answer: timed out")


class Asked:
    """A smoke whose answers a test gives, one second apart."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *instances: Instance, judges: bool = True):
        self.time, self._next = 100.0, Answer()
        monkeypatch.setattr(clock, "seconds", lambda: self.time)
        monkeypatch.setattr(answers, "ask", lambda url: self._next)
        self.smoke = Smoke("http://x", NEW, judges=judges)
        self.see(*instances)

    def see(self, *instances: Instance) -> None:
        self.smoke.see(Group(TemplateVersion(1, OLD, "old"), 0, 9, len(instances), instances))

    def get(self, *given: Answer | Instance) -> None:
        for one in given:
            self._next = Answer("", one.id) if isinstance(one, Instance) else one
            self.smoke.ask_once()
            self.time += 1


def bad(instance: Instance) -> Answer:
    return Answer("status 500", instance.id, instance.release)


def test_two_bad_answers_by_a_new_instance_end_it(monkeypatch):
    asked = Asked(monkeypatch, N1, O1)
    asked.get(bad(N1), O1)
    assert asked.smoke.verdict() is None
    asked.get(bad(N1))
    verdict = asked.smoke.verdict()
    assert verdict
    assert verdict.instance == N1.id
    assert "status 500" in verdict.cause


def test_bad_answers_by_the_old_release_end_nothing(monkeypatch):
    asked = Asked(monkeypatch, N1, O1)
    asked.get(*[bad(O1)] * 9, N1)
    assert asked.smoke.verdict() is None
    assert (asked.smoke.tallies["old"].asked, asked.smoke.tallies["old"].bad) == (9, 9)


def test_two_that_lie_far_apart_are_no_sign(monkeypatch):
    asked = Asked(monkeypatch, N1, O1)
    asked.get(bad(N1))
    asked.time += WINDOW_SECONDS
    asked.get(bad(N1))
    assert asked.smoke.verdict() is None


def test_without_a_name_it_is_the_new_one_that_is_silent_while_all_old_ones_answer(monkeypatch):
    asked = Asked(monkeypatch, N1, O1, O2)
    asked.get(SILENCE, O1, SILENCE)
    assert asked.smoke.verdict() is None
    asked.get(O2)
    verdict = asked.smoke.verdict()
    assert verdict
    assert verdict.instance == N1.id


def test_without_a_name_it_may_be_an_old_one_that_died(monkeypatch):
    asked = Asked(monkeypatch, N1, O1, O2)
    asked.get(SILENCE, N1, O1, SILENCE, N1, O1)
    assert asked.smoke.verdict() is None
    asked.see(N1, O1)
    assert asked.smoke.verdict() is None
    asked.see(N1)
    assert asked.smoke.verdict() is None


def test_without_a_name_it_is_the_new_release_once_no_old_one_serves(monkeypatch):
    asked = Asked(monkeypatch, N1)
    asked.get(SILENCE, SILENCE)
    assert asked.smoke.verdict()


def test_before_a_new_one_serves_nothing_counts_and_before_anything_serves_nobody_asks(monkeypatch):
    asked = Asked(monkeypatch, replace(N1, state="Pending:Wait", target_health=""))
    asked.get(SILENCE, SILENCE)
    assert not asked.smoke.tallies
    asked.see(replace(N1, target_health="initial"), O1)
    asked.get(SILENCE, SILENCE, O1)
    asked.see(N1, O1)
    assert asked.smoke.verdict() is None


def test_going_back_is_watched_and_not_judged(monkeypatch):
    asked = Asked(monkeypatch, N1, judges=False)
    asked.get(bad(N1), bad(N1), SILENCE, SILENCE)
    assert asked.smoke.verdict() is None
    assert asked.smoke.tallies["new"].bad == 2


class Service(BaseHTTPRequestHandler):
    status, body, location = 200, b"", ""

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("X-Instance", "i-9")
        self.send_header("X-Release", "r")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

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


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, {"reversed": "1.0.0.127"}, ""),
        (200, {"other": 1}, "a body without a reversed address"),
        (200, None, "a body that is no JSON"),
        (404, {"reversed": "1.0.0.127"}, "status 404"),
        (503, {}, "status 503"),
    ],
)
def test_an_answer_names_its_instance_whatever_it_says(service, status, body, problem):
    Service.status = status
    Service.body = b"<html>" if body is None else json.dumps(body).encode()
    assert answers.ask(service) == Answer(problem, "i-9", "r")


def test_a_body_too_deep_to_be_read_is_a_bad_answer(service):
    Service.status, Service.body = 200, b"[" * 60000
    assert answers.ask(service).problem == "a body that is no JSON"


def test_a_redirect_to_no_address_is_a_bad_answer(service, monkeypatch):
    monkeypatch.setattr(Service, "location", "http://[")
    Service.status, Service.body = 302, b""
    assert "no answer" in answers.ask(service).problem


def test_nobody_there_is_an_answer_without_a_name():
    found = answers.ask("http://127.0.0.1:9")
    assert "refused" in found.problem
    assert not found.instance


def test_it_asks_again_and_again_beside_its_block_and_then_stops(service):
    Service.status, Service.body = 200, b'{"reversed": "x"}'
    smoke = Smoke(service, NEW)
    smoke.see(Group(TemplateVersion(1, NEW, "new"), 0, 9, 1, (replace(N1, id="i-9"),)))
    before = threading.active_count()
    with asking(smoke):
        done = threading.Event()
        while not (smoke.tallies and smoke.tallies["new"].asked >= 2):
            done.wait(0.05)
    assert threading.active_count() <= before + 1
    assert smoke.tallies["new"].bad == 0
