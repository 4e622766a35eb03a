"""What the balancer answers itself. It sends no request twice."""

import socket
import struct
import threading
from dataclasses import replace

import pytest

from tests.emulator.balancer.sockets import OK, Request
from tests.emulator.balancer.stand import Stand


def reset(_: Request, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_without_targets_the_answer_is_503(stand: Stand):
    assert stand.get()[0] == 503
    stand.serve()
    assert stand.get()[0] == 503
    assert stand.balancers.counters("lb").elb_5xx == {"503": 2}


def test_a_connection_survives_an_answer_of_the_balancers_own(stand: Stand):
    client = stand.client()
    assert [client.get()[0] for _ in range(3)] == [503, 503, 503]


def test_a_target_that_refuses_is_502(stand: Stand):
    target = stand.serving()
    stand.group = replace(
        stand.group, health_check=replace(stand.group.health_check, unhealthy_threshold=1000)
    )
    stand.serve()
    target.close()
    assert stand.get()[0] == 502


@pytest.mark.parametrize("answer", [reset, lambda *_: None], ids=["reset", "closed"])
def test_a_target_that_hangs_up_is_502_and_is_asked_once(stand: Stand, answer):
    target = stand.serving(answer)
    assert stand.get()[0] == 502
    assert len(target.requests) == 1
    counters = stand.balancers.counters("lb")
    assert (counters.elb_5xx, counters.requests, counters.target_requests) == ({"502": 1}, 1, {})


def test_a_target_that_speaks_no_http_is_502(stand: Stand):
    stand.serving(lambda *_: b"SSH-2.0-OpenSSH\r\n")
    assert stand.get()[0] == 502


def test_a_target_that_says_nothing_for_the_idle_timeout_is_504(stand: Stand):
    done = threading.Event()
    stand.idle_seconds = 0.4
    target = stand.serving(lambda *_: b"" if done.wait(10) else None)
    assert stand.get()[0] == 504
    assert len(target.requests) == 1
    done.set()


def test_an_answer_that_breaks_off_is_not_made_to_look_whole(stand: Stand):
    def answer(_: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    stand.serving(answer)
    with pytest.raises(ConnectionError):
        stand.get()


def test_an_answer_of_5xx_by_the_target_counts_as_the_targets(stand: Stand):
    stand.serving(lambda *_: b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
    assert stand.get()[0] == 503
    counters = stand.balancers.counters("lb")
    assert (counters.elb_5xx, counters.target_5xx) == ({}, {"t0": 1})
    assert counters.target_requests == {"t0": 1}
    assert len(counters.latencies_seconds) == 1
    assert stand.balancers.counters("lb").latencies_seconds == []


def test_a_client_that_sends_half_a_request_is_408_after_the_idle_timeout(stand: Stand):
    stand.idle_seconds = 0.4
    stand.serving()
    client = stand.client()
    client.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
    assert client.answer()[0] == 408
    assert client.ended()


def test_an_early_answer_reaches_the_client_and_the_rest_of_its_body_is_dropped(stand: Stand):
    def refuse(_: Request, connection: socket.socket) -> bytes:
        return b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"

    target = stand.serving(refuse)
    target.reads_body = False
    client = stand.client()
    client.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello")
    assert client.answer()[0] == 413
    client.send(b"world")
    target.reads_body = True
    target.answer = lambda *_: OK
    assert client.get()[0] == 200
    # On a connection of its own: the first one still waited for the rest of a body.
    assert target.requests[1].head.startswith(b"GET / ")
