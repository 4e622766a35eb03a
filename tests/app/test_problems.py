"""Errors are problem documents, whatever went wrong, and every answer names its responder."""

import logging

import pytest

from tests.app.doubles import FailingStorage

MINE = {"X-Forwarded-For": "192.0.2.1"}


def assert_problem(answer, status):
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["type"] == "about:blank"
    assert answer.json["title"]
    assert answer.json["detail"]
    assert answer.json["trace_id"].startswith("Root=1-")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/history/", "/static/page.css", "/%00", "/version//"]
)
def test_an_unknown_path_is_a_problem(client, path):
    assert_problem(client.get(path), 404)


@pytest.mark.parametrize("path", ["/", "/history", "/health", "/ready", "/version"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_is_not_offered_is_a_problem_that_says_what_is(client, path, method):
    answer = client.open(path, method=method, headers=MINE)
    assert_problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_storage_that_is_down_is_503_with_retry_after(browse):
    client = browse(storage=FailingStorage())
    for path in ("/", "/history", "/ready"):
        answer = client.get(path, headers=MINE)
        assert_problem(answer, 503)
        assert answer.headers["Retry-After"] == "7"
        assert answer.json["detail"] == "The storage is busy."


def test_a_failing_service_shows_no_traceback_and_logs_it(browse, caplog):
    client = browse(storage=FailingStorage(RuntimeError("secret detail")))
    with caplog.at_level(logging.ERROR, logger="app"):
        answer = client.get("/", headers=MINE)
    assert_problem(answer, 500)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    [record] = caplog.records
    assert record.exc_info[1].args == ("secret detail",)
    assert record.trace_id == answer.json["trace_id"]


def test_a_bad_request_is_a_problem(client):
    assert_problem(client.get("/history?limit=x", headers=MINE), 400)


@pytest.mark.parametrize("path", ["/", "/history", "/health", "/ready", "/version", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_names_release_and_instance(client, config, path, method):
    answer = client.open(path, method=method, headers=MINE)
    assert answer.headers["X-Release"] == config.release_version
    assert answer.headers["X-Instance"] == config.instance_id
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_errors_of_the_storage_and_of_the_service_name_the_responder_too(browse, config):
    for error in (None, RuntimeError()):
        answer = browse(storage=FailingStorage(error)).get("/", headers=MINE)
        assert answer.headers["X-Release"] == config.release_version
        assert answer.headers["X-Instance"] == config.instance_id


def test_the_balancers_trace_id_is_kept(client):
    trace = "Root=1-67891233-abcdef012345678912345678"
    answer = client.get("/nowhere", headers={"X-Amzn-Trace-Id": trace})
    assert answer.json["trace_id"] == trace


@pytest.mark.parametrize("trace", ["", 'x"}\n', "é", "<script>", "a" * 201])
def test_a_trace_id_that_aws_would_not_write_is_replaced(client, trace):
    answer = client.get("/nowhere", environ_overrides={"HTTP_X_AMZN_TRACE_ID": trace})
    assert_problem(answer, 404)
