"""Bodies, which the service never reads: what is said of the connection is true."""

import http.client
import json
import socket
import time
from contextlib import ExitStack

import pytest

from app.worker import LINGER_SECONDS, has_body
from tests.app.gunicorn_process import Gunicorn

pytestmark = pytest.mark.slow

MEBIBYTE = 1024 * 1024
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def sized(size: int) -> bytes:
    return POST + b"Content-Length: %d\r\n\r\n" % size


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Gunicorn(tmp_path_factory.mktemp("server"), "--workers 1")
    yield running.until_healthy()
    running.stop()


@pytest.fixture
def connect(server):
    with ExitStack() as open_ones:
        yield lambda: open_ones.enter_context(
            socket.create_connection(("127.0.0.1", server.port), 10)
        )


def read(connection):
    """Everything until the server says that it sends no more."""
    received = b""
    while more := connection.recv(65536):
        received += more
    return received


def the_only_answer(received):
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Connection: close" in head
    assert b"HTTP/1.1" not in body
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    "request_bytes",
    [
        *(sized(size) + b"x" * size for size in (1, 65535, 65536, 8 * MEBIBYTE)),
        sized(10**12) + b"x",
        sized(5),
        CHUNKED,
        CHUNKED + b"5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 64,
        CHUNKED + b"no chunk\r\n",
        POST + b"Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n",
        POST + b"Connection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
        sized(5) + b"helloGET / HTTP/1.1\r\n\r\n",
        b"secret / HTTP/1.1\r\n\r\n" + b"GET / HTTP/1.1\r\n\r\n" * 9,
    ],
    ids=lambda request: f"{request[:90]!r} and {len(request) // 1024} KiB",
)
@pytest.mark.parametrize("half_closed", [False, True])
def test_a_body_is_answered_at_once_and_its_connection_ends(connect, request_bytes, half_closed):
    connection = connect()
    connection.sendall(request_bytes)
    if half_closed:
        connection.shutdown(socket.SHUT_WR)
    begun = time.monotonic()
    status, body = the_only_answer(read(connection))
    assert time.monotonic() - begun < LINGER_SECONDS / 2
    assert status == (400 if request_bytes.startswith(b"secret") else 405)
    assert json.loads(body)["status"] == status


def test_a_visit_with_a_body_is_answered_too(connect):
    connection = connect()
    connection.sendall(b"GET /health HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
    assert the_only_answer(read(connection)) == (200, b'{"status": "ok"}')


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "0"}])
def test_an_empty_body_leaves_the_connection_open(server, headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.connect()
    connection.auto_open = 0
    for _ in range(2):
        connection.putrequest("POST", "/")
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.getheader("Connection")) == (405, "keep-alive")
    connection.close()


def test_one_that_goes_on_sending_holds_nobody_up(server, connect):
    """gunicorn's main loop would wait two seconds for each of them."""
    for _ in range(10):
        connect().sendall(sized(10**9) + b"x")
    begun = time.monotonic()
    assert server.get("/health")[0] == 200
    assert time.monotonic() - begun < LINGER_SECONDS / 2


def test_one_that_never_stops_sending_is_cut_off(connect):
    connection = connect()
    connection.sendall(sized(10**12))
    the_only_answer(read(connection))
    begun = time.monotonic()
    with pytest.raises(ConnectionError):  # noqa: PT012 - some of them still arrive
        while time.monotonic() - begun < 5 * LINGER_SECONDS:
            connection.sendall(b"x" * 1024)
            time.sleep(0.01)
    assert time.monotonic() - begun > LINGER_SECONDS / 2


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], False),
        ([("CONTENT-LENGTH", "0")], False),
        ([("CONTENT-LENGTH", "00")], False),
        ([("HOST", "x"), ("CONTENT-LENGTH", "1")], True),
        ([("TRANSFER-ENCODING", "chunked")], True),
    ],
)
def test_what_counts_as_a_body(headers, expected):
    assert has_body(headers) is expected
