"""The service under gunicorn, as its container runs it."""

import json
import os
import runpy
import signal
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

from app.storage import dynamodb
from app.worker import Worker
from tests.app.doubles import LONGEST_SECONDS
from tests.app.gunicorn_process import ENVIRONMENT, ROOT, workers_of

pytestmark = pytest.mark.slow

CALLER = {"X-Forwarded-For": "203.0.113.77"}


def test_a_visit_is_answered_and_stored(start, edge):
    status, headers, body = start().until_healthy().get("/", **CALLER)
    assert status == 200
    assert headers["X-Release"] == ENVIRONMENT["RELEASE_VERSION"]
    assert edge.ids() == {json.loads(body)["id"]}


def test_both_workers_answer_and_their_ids_never_collide(start, edge):
    server = start().until_healthy()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: server.get("/", **CALLER), range(200)))
    ids = {json.loads(body)["id"] for _, _, body in answers}
    assert len(ids) == 200
    assert ids == edge.ids()


@pytest.mark.parametrize("name", [name for name in ENVIRONMENT if not name.startswith("AWS_")])
def test_a_missing_setting_ends_the_start_with_one_clear_line(start, name):
    server = start(**{name: None})
    assert server.process.wait(30) != 0
    log = server.err.read_text()
    assert f"error: environment variables are missing: {name};" in log
    assert "Traceback" not in log


def test_missing_credentials_end_the_start(start):
    server = start(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
    assert server.process.wait(30) != 0
    assert "no AWS credentials found" in server.err.read_text()


UNREADABLE = (
    b"secret\r\n\r\n",
    b"GET /?secret HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\na secret: 1\r\n\r\n",
    b"GET / HTTP/1.1\r\nTransfer-Encoding: secret\r\n\r\n",
    b"GET / HTTP/1.1\r\nExpect: secret\r\n\r\n",
    b"secret / HTTP/1.1\r\n\r\n",
)


def test_each_request_is_one_json_line_without_any_address(start, edge):
    server = start().until_healthy()
    trace = "Root=1-67891233-abcdef012345678912345678"
    server.get("/", **CALLER, **{"X-Amzn-Trace-Id": trace})
    server.get('/no"where?cursor=secret', **CALLER)
    for unreadable in UNREADABLE:
        server.raw(unreadable)
    server.stop()
    # By path: two workers write to one stream, whichever is first.
    lines = {line["path"]: line for line in server.lines()}
    line, missing = lines["/"], lines['/no"where']
    assert line.pop("time").endswith("Z")
    assert 0 <= line.pop("milliseconds") < 10_000
    assert line == {
        "method": "GET",
        "path": "/",
        "status": 200,
        "trace_id": trace,
        "release": ENVIRONMENT["RELEASE_VERSION"],
        "instance": ENVIRONMENT["INSTANCE_ID"],
    }
    assert missing["status"] == 404
    logs = server.out.read_text() + server.err.read_text()
    assert "203.0.113.77" not in logs
    assert "127.0.0.1" not in logs.replace(f"http://127.0.0.1:{server.port}", "")
    assert "secret" not in logs
    for kind in ("RequestLine", "HTTPVersion", "HeaderName", "RequestMethod"):
        assert f"Invalid request: Invalid{kind}" in logs


def test_events_are_json_lines_too(start):
    server = start().until_healthy()
    server.stop()
    events = [json.loads(line) for line in server.err.read_text().splitlines()]
    assert {"info"} == {event["level"] for event in events}
    assert all(event["release"] == ENVIRONMENT["RELEASE_VERSION"] for event in events)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nbad header: 1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: nonsense\r\n\r\n", 501),
    ],
)
def test_what_is_not_http_is_a_problem_document_too(start, request_bytes, status):
    head, _, body = start().until_healthy().raw(request_bytes).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/problem+json" in head
    assert b"X-Release: 0123456789ab" in head
    assert json.loads(body)["status"] == status


def test_another_spelling_of_a_path_is_another_path(start, edge):
    server = start().until_healthy()
    for target in ("//", "///", "/%2f", "/.", "/../", "http://x", "http://x//", "//history"):
        status, headers, body = server.get(target, **CALLER)
        assert (status, headers["Content-Type"]) == (404, "application/problem+json"), target
        assert json.loads(body)["status"] == 404
    assert edge.ids() == set()


def test_a_callers_header_moves_nothing(start):
    server = start().until_healthy()
    for headers in (
        {"SCRIPT_NAME": "/history"},
        {"SCRIPT_NAME": "/elsewhere"},
        {"PATH_INFO": "/elsewhere"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "off"},
    ):
        assert server.get("/version", **headers)[::2] == server.get("/version")[::2], headers
        assert server.get("/nowhere", **headers)[0] == 404, headers


def test_a_worker_that_stops_first_stores_and_answers_what_waits(start, edge):
    edge.delay_seconds = 1
    server = start("--workers 1").until_healthy()
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(server.get, "/", **CALLER) for _ in range(20)]
        deadline = time.monotonic() + LONGEST_SECONDS
        while edge.calls == 0:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        answers = [future.result() for future in waiting]
    assert server.stop() == 0
    assert {status for status, _, _ in answers} == {200}
    assert {json.loads(body)["id"] for _, _, body in answers} == edge.ids()


def test_a_killed_worker_is_replaced_and_the_service_goes_on(start, edge):
    server = start("--workers 1").until_healthy()
    [worker] = workers_of(server)
    os.kill(worker, signal.SIGKILL)
    server.until_healthy()
    assert server.get("/", **CALLER)[0] == 200


def test_workers_stay_on_cpus_of_their_own_and_a_new_one_takes_the_free_one(start):
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two CPUs")
    server = start("--workers 2").until_healthy()
    first, second = workers_of(server)
    placed = {worker: os.sched_getaffinity(worker) for worker in (first, second)}
    assert [len(cpus) for cpus in placed.values()] == [1, 1]
    assert placed[first] != placed[second]
    os.kill(second, signal.SIGKILL)
    deadline = time.monotonic() + LONGEST_SECONDS
    while len(now := set(workers_of(server)) - {second}) < 2 or any(
        len(os.sched_getaffinity(worker)) > 1 for worker in now
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    [third] = now - {first}
    assert os.sched_getaffinity(third) == placed[second]


def test_health_answers_while_every_place_waits_for_storage(start, edge):
    edge.always("silence")
    server = start("--workers 1").until_healthy()
    with ThreadPoolExecutor(dynamodb.MOST_WAITING + 20) as pool:
        waiting = [
            pool.submit(server.get, "/", **CALLER) for _ in range(dynamodb.MOST_WAITING + 20)
        ]
        assert first_done(waiting).result()[0] == 503
        assert server.get("/health")[0] == 200
        assert not all(future.done() for future in waiting), "storage was waited for meanwhile"
        edge.released.set()
        edge.always(None)
        assert {future.result()[0] for future in waiting} <= {200, 503}


def first_done(futures):
    return next(as_completed(futures, timeout=LONGEST_SECONDS))


def test_the_settings_fit_together():
    settings = runpy.run_path(str(ROOT / "app" / "gunicorn.conf.py"))
    assert settings["worker_class"] == f"{Worker.__module__}.{Worker.__qualname__}"
    assert settings["threads"] > dynamodb.MOST_WAITING
    assert settings["keepalive"] > 60, "longer than the load balancer's idle timeout"
    assert settings["graceful_timeout"] > 5, "longer than a request may wait for storage"
    assert not settings.get("preload_app"), "each worker has connections of its own"
