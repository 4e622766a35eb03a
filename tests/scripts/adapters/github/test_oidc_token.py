"""The claims of a job's own token: asked for as GitHub says, and nothing of the token is shown."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from scripts.adapters.github.oidc_token import TOKEN, URL, claims_for
from scripts.base.errors import RefusedError, SlipwayError

SECRET = "bearer-of-this-job"


def jwt(claims: dict[str, object]) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{part}.signature-that-nobody-may-see"


class Answers(BaseHTTPRequestHandler):
    """GitHub's side: an answer, and what was asked."""

    body, status = b"", 200
    asked: list[tuple[str, str | None]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Authorization"]))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answers]]:
    monkeypatch.setattr(Answers, "asked", [])
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(URL, f"http://127.0.0.1:{server.server_port}/token?api-version=2.0")
    monkeypatch.setenv(TOKEN, SECRET)
    yield Answers
    server.shutdown()
    server.server_close()


def test_it_is_asked_for_an_audience_and_its_claims_are_text(
    github: type[Answers], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.dumps({"value": jwt({"sub": "repo:o/r:ref:x", "repository_id": 7, "é": "ü"})})
    monkeypatch.setattr(github, "body", said.encode())
    assert claims_for("sts.amazonaws.com") == {
        "sub": "repo:o/r:ref:x",
        "repository_id": "7",
        "é": "ü",
    }
    asked = "/token?api-version=2.0&audience=sts.amazonaws.com"
    assert github.asked == [(asked, f"bearer {SECRET}")]


@pytest.mark.parametrize("lost", [URL, TOKEN])
def test_a_job_without_the_right_is_told(
    github: type[Answers], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    monkeypatch.delenv(lost)
    with pytest.raises(RefusedError, match="cannot ask") as raised:
        claims_for("x")
    assert "id-token: write" in raised.value.next_step


@pytest.mark.parametrize(
    ("status", "value", "which"),
    [
        (403, {"value": jwt({})}, "403"),
        (200, {"other": jwt({})}, "KeyError"),
        (200, [jwt({})], "TypeError"),
        (200, {"value": "signature-that-nobody-may-see"}, "no JSON Web Token"),
        (200, {"value": "a.signature-that-nobody-may-see.c"}, "no JSON Web Token"),
        (200, {"value": f"a.{base64.b64encode(b'[1]').decode()}.c"}, "no JSON Web Token"),
    ],
)
def test_an_answer_that_is_none_is_told_without_it(
    github: type[Answers],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    value: object,
    which: str,
) -> None:
    monkeypatch.setattr(github, "status", status)
    monkeypatch.setattr(github, "body", json.dumps(value).encode())
    with pytest.raises(SlipwayError) as raised:
        claims_for("x")
    said = f"{raised.value} {raised.value.which}"
    assert which in said
    assert "nobody-may-see" not in said
    assert SECRET not in said
    assert raised.value.__cause__ is None


def test_nobody_there_is_told(github: type[Answers], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "http://127.0.0.1:9/token")
    with pytest.raises(SlipwayError, match="no token of its own"):
        claims_for("x")
