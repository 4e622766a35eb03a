"""The service behind the load balancer: whom it takes for its caller, and what uploads do."""

import http.client
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.app.edge import Edge
from tests.app.gunicorn_process import Gunicorn
from tests.emulator.balancer.sockets import Client
from tests.emulator.balancer.stand import Stand


@contextmanager
def service(stand: Stand, folder: Path, trusted_proxies: str) -> Iterator[Gunicorn]:
    """The service as the load balancer's only target."""
    with Edge() as edge:
        server = Gunicorn(folder, AWS_ENDPOINT_URL=edge.url, TRUSTED_PROXIES=trusted_proxies)
        try:
            server.until_healthy()
            stand.group = replace(stand.group, targets={"t0": server.port})
            stand.serve()
            stand.wait(lambda: stand.state("t0") == "healthy")
            yield server
        finally:
            server.stop()


def seen(stand: Stand, forwarded: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
    connection.request("GET", "/", headers={"X-Forwarded-For": forwarded})
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("forwarded", "address", "turned"),
    [
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1", "1::db8:2001"),
        ("198.51.100.1, 2001:db8::5", "2001:db8::5", "5::db8:2001"),
        ("[2001:db8::1]:443", "2001:db8::1", "1::db8:2001"),
        ("::ffff:192.0.2.1", "192.0.2.1", "1.2.0.192"),
    ],
)
def test_an_ipv6_caller_of_a_trusted_hop_is_reversed(
    stand: Stand, tmp_path: Path, forwarded: str, address: str, turned: str
):
    """A proxy of one's own before the load balancer: two hops are trusted."""
    with service(stand, tmp_path, trusted_proxies="2"):
        answer = seen(stand, forwarded)
    assert (answer["address"], answer["reversed"]) == (address, turned)


def test_what_a_caller_writes_itself_is_not_believed(stand: Stand, tmp_path: Path):
    with service(stand, tmp_path, trusted_proxies="1"):
        assert seen(stand, "2001:db8::1")["address"] == "127.0.0.1"


VISITORS = 6
SECONDS = 5.0
RESET = struct.pack("ii", 1, 0)
HEAD = "POST / HTTP/1.1\r\nHost: example.test\r\n"


def sized(size: int) -> bytes:
    return f"{HEAD}Content-Length: {size}\r\n\r\n".encode()


def at_once(client: Client, size: int) -> None:
    client.send(sized(size) + b"x" * size)


def slowly(client: Client) -> None:
    client.send(sized(40 * 1024))
    for _ in range(40):
        client.send(b"x" * 1024)
        time.sleep(0.05)


def in_chunks(client: Client) -> None:
    client.send(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
    for _ in range(20):
        client.send(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        time.sleep(0.01)
    client.send(b"0\r\n\r\n")


def when_invited(client: Client) -> None:
    client.send(f"{HEAD}Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n".encode())


UPLOADS: dict[str, Callable[[Client], None]] = {
    **{
        f"{size} bytes": lambda client, size=size: at_once(client, size)  # type: ignore[misc]
        for size in (1, 65_535, 65_536, 1_000_000, 16_000_000)
    },
    "slowly": slowly,
    "in chunks": in_chunks,
    "when invited": when_invited,
}


def test_uploads_of_any_size_and_pace_harm_no_visitor(stand: Stand, tmp_path: Path):
    def visit(_: int) -> list[int]:
        visitor, answers = Client(stand.port), []
        while time.monotonic() < end:
            answers.append(visitor.get()[0])
        visitor.close()
        return answers

    def upload(what: str) -> list[int]:
        answers = []
        while time.monotonic() < end:
            client = Client(stand.port)
            UPLOADS[what](client)
            answers.append(client.answer()[0])
            client.close()
        return answers

    def abort(_: int) -> None:
        while time.monotonic() < end:
            client = Client(stand.port)
            client.send(sized(1_000_000) + b"x" * 100_000)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()
            time.sleep(0.02)

    with (
        service(stand, tmp_path, trusted_proxies="1"),
        ThreadPoolExecutor(VISITORS + len(UPLOADS) + 1) as pool,
    ):
        end = time.monotonic() + SECONDS
        aborting = pool.submit(abort, 0)
        visits, uploads = pool.map(visit, range(VISITORS)), pool.map(upload, UPLOADS)
        assert {status for answers in visits for status in answers} == {200}
        assert {what: set(answers) for what, answers in zip(UPLOADS, uploads, strict=True)} == {
            what: {405} for what in UPLOADS
        }
        aborting.result()
        assert stand.balancers.counters("lb").elb_5xx == {}
