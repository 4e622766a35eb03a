"""Who the service takes for its caller, behind the load balancer."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.app.edge import Edge
from tests.app.gunicorn_process import Gunicorn
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
