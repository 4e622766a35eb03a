"""Bodies that nobody asked for: each sender gets an answer, and no other visitor notices.

The service reads no body. Whoever sends one is told that the connection closes, and it does: a load
balancer that reused it would fail the next visitor.
"""

import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from tests.app.gunicorn_process import Gunicorn

HEAD = "POST / HTTP/1.1\r\nHost: x\r\n"
SOON_SECONDS = 1.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gunicorn]:
    """One worker, so that whatever holds it up holds everybody up."""
    folder = tmp_path_factory.mktemp("uploads")
    started = Gunicorn(folder, "--workers 1", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    yield started.until_healthy()
    started.process.terminate()
    started.process.wait()


def connect(server: Gunicorn) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def answer_of(connection: socket.socket) -> http.client.HTTPResponse:
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response


def assert_visitors_are_served(server: Gunicorn) -> None:
    for _ in range(5):
        begun = time.monotonic()
        assert server.get("/health")[0] == 200
        assert time.monotonic() - begun < SOON_SECONDS


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 1_000_000, 5_000_000])
def test_an_upload_of_any_size_is_answered_and_the_connection_closes_as_it_says(
    server: Gunicorn, size: int
) -> None:
    with connect(server) as connection:
        connection.sendall(f"{HEAD}Content-Length: {size}\r\n\r\n".encode() + b"x" * size)
        response = answer_of(connection)
        assert (response.status, response.getheader("Connection")) == (405, "close")
        assert connection.recv(1) == b"", "nothing follows"


def test_a_request_without_a_body_keeps_its_connection(server: Gunicorn) -> None:
    with connect(server) as connection:
        for head in (f"{HEAD}Content-Length: 0\r\n\r\n", "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"):
            connection.sendall(head.encode())
            assert answer_of(connection).getheader("Connection") == "keep-alive"


def test_chunks_and_a_question_before_them_are_answered_alike(server: Gunicorn) -> None:
    with connect(server) as connection:
        connection.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n".encode())
        assert answer_of(connection).getheader("Connection") == "close"
    with connect(server) as connection:
        connection.sendall(f"{HEAD}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")


@pytest.mark.parametrize(
    "sent",
    [
        f"{HEAD}Content-Length: 100000000\r\n\r\nx",
        f"{HEAD}Transfer-Encoding: chunked\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "no request at all\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\n\r\nno request at all\r\n\r\n",
    ],
    ids=["slow", "chunked", "asked to close", "malformed", "malformed behind a good one"],
)
def test_whoever_does_not_close_holds_nobody_up(server: Gunicorn, sent: str) -> None:
    opened = [connect(server) for _ in range(3)]
    try:
        for connection in opened:
            connection.sendall(sent.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 ")
        assert_visitors_are_served(server)
    finally:
        for connection in opened:
            connection.close()


def test_a_sender_that_goes_away_half_way_holds_nobody_up(server: Gunicorn) -> None:
    for _ in range(5):
        with connect(server) as connection:
            connection.sendall(f"{HEAD}Content-Length: 100000\r\n\r\n".encode() + b"x" * 1000)
            connection.shutdown(socket.SHUT_WR)
    assert_visitors_are_served(server)


def test_a_malformed_request_gets_its_answer_though_more_was_sent(server: Gunicorn) -> None:
    with connect(server) as connection:
        connection.sendall(b"no request at all\r\n\r\n" + b"x" * 500_000)
        assert answer_of(connection).status == 400
