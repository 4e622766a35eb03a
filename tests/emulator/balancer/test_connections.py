"""Keep-alive on both sides: connections are used again, and closed so that nothing is lost."""

import asyncio
import contextlib
import socket
import threading

from emulator.balancer.backend import TargetConnection
from tests.emulator.balancer.sockets import OK, Request
from tests.emulator.balancer.stand import Stand


def test_connections_to_clients_and_targets_are_used_again(stand: Stand):
    target = stand.serving()
    client = stand.client()
    for _ in range(20):
        assert client.get()[0] == 200
    assert len(target.used) == 1


def test_a_target_that_closes_each_connection_loses_no_request(stand: Stand):
    def answer(_: Request, connection: socket.socket) -> None:
        connection.sendall(OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"))

    stand.serving(answer)
    client = stand.client()
    assert [client.get()[0] for _ in range(20)] == [200] * 20


def test_a_connection_that_the_target_closed_while_idle_is_not_used(stand: Stand):
    target = stand.serving()
    client = stand.client()
    for _ in range(20):
        assert client.get()[0] == 200
        for connection in list(target.used):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
    assert stand.balancers.counters("lb").elb_5xx == {}


def test_a_goodbye_that_the_loop_has_not_read_yet_is_seen():
    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            _, connection = await asyncio.get_running_loop().create_connection(
                TargetConnection, *server.getsockname()
            )
            peer, _ = server.accept()
            assert connection.is_open()
            peer.close()
            assert not connection.is_open()  # nothing was awaited in between
            connection.close()

    asyncio.run(scenario())


def test_an_idle_client_is_closed_after_the_idle_timeout(stand: Stand):
    stand.idle_seconds = 0.5
    stand.serving()
    client = stand.client()
    assert client.get()[0] == 200
    assert client.ended()


def test_an_idle_connection_to_a_target_is_closed_after_the_idle_timeout(stand: Stand):
    stand.idle_seconds = 0.5
    target = stand.serving()
    assert stand.get()[0] == 200
    assert target.open & target.used
    stand.wait(lambda: not target.open & target.used)


def test_a_busy_client_outlives_the_idle_timeout(stand: Stand):
    stand.idle_seconds = 0.5
    go_on = threading.Event()

    def answer(_: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
        for _part in range(20):
            go_on.wait(0.1)  # two seconds in all, never half a second without a byte
            connection.sendall(b".")

    stand.serving(answer)
    assert stand.get()[2] == b"." * 20


def test_the_port_of_a_load_balancer_stays_the_same(stand: Stand):
    assert stand.balancers.listen("lb") == stand.port
    assert stand.balancers.listen("another") != stand.port


def test_a_removed_load_balancer_listens_no_longer(stand: Stand):
    stand.serving()
    stand.balancers.remove("lb")
    with contextlib.suppress(ConnectionError):
        stand.get()
        raise AssertionError("it still answers")
    assert stand.state("t0") == "unused"
