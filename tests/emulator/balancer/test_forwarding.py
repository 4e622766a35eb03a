"""What reaches the target, and what comes back to the client."""

import re
import socket

import pytest

from tests.emulator.balancer.sockets import OK, Request
from tests.emulator.balancer.stand import Stand


def test_requests_go_to_the_healthy_targets_in_turn(stand: Stand):
    targets = [stand.target() for _ in range(3)]
    stand.healthy(*targets)
    for _ in range(9):
        assert stand.get()[0] == 200
    assert [len(target.requests) for target in targets] == [3, 3, 3]


def test_the_clients_address_is_appended_to_a_forged_one(stand: Stand):
    target = stand.serving()
    stand.get("/", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 2001:db8::1")
    assert target.requests[0].values("X-Forwarded-For") == ["203.0.113.7, 2001:db8::1, 127.0.0.1"]


def test_a_client_cannot_take_its_address_away_by_the_connection_header(stand: Stand):
    target = stand.serving()
    stand.get("/", "Connection: close, X-Forwarded-For", "X-Forwarded-For: 203.0.113.7")
    assert target.requests[0].values("X-Forwarded-For") == ["203.0.113.7, 127.0.0.1"]


def test_protocol_and_port_are_the_listeners_whatever_the_client_says(stand: Stand):
    target = stand.serving()
    stand.get("/", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443")
    assert target.requests[0].values("X-Forwarded-Proto") == ["http"]
    assert target.requests[0].values("X-Forwarded-Port") == [str(stand.port)]


def test_each_request_gets_a_trace_id_and_a_given_one_is_kept_behind_its_own(stand: Stand):
    target = stand.serving()
    stand.get()
    stand.get("/", "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678")
    own, kept = (request.values("X-Amzn-Trace-Id")[0] for request in target.requests)
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", own)
    assert re.fullmatch(
        r"Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678", kept
    )


def test_invalid_header_names_are_dropped(stand: Stand):
    target = stand.serving()
    stand.get("/", "X_Forwarded_For: 203.0.113.7", "X-Fine: yes")
    assert target.requests[0].values("X_Forwarded_For") == []
    assert target.requests[0].values("X-Fine") == ["yes"]


def test_headers_of_one_connection_do_not_travel(stand: Stand):
    target = stand.serving(
        lambda *_: b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n"
    )
    _, head, _ = stand.get("/", "Connection: X-Once", "X-Once: 1", "Upgrade: h2c", "TE: gzip")
    sent = target.requests[0]
    assert [sent.values(name) for name in ("X-Once", "Upgrade", "TE", "Connection")] == [[]] * 4
    assert b"keep-alive: timeout" not in head.lower()


def test_path_query_method_and_host_pass_unchanged(stand: Stand):
    target = stand.serving()
    stand.client().get("/a%20b/../c?x=1&y=%2F", method="DELETE")
    assert target.requests[0].head.startswith(b"DELETE /a%20b/../c?x=1&y=%2F HTTP/1.1\r\n")
    assert target.requests[0].values("Host") == ["example.test"]


def echo(request: Request, _: object) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(request.body), request.body)


def test_large_bodies_pass_both_ways(stand: Stand):
    stand.serving(echo)
    body = bytes(range(256)) * 20_000
    client = stand.client()
    client.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    assert client.answer()[2] == body


def test_chunked_requests_stay_chunked(stand: Stand):
    target = stand.serving(echo)
    client = stand.client()
    client.send(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.send(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
    assert client.answer()[2] == b"hello world"
    assert target.requests[0].values("Transfer-Encoding") == ["chunked"]


def test_chunked_answers_stay_chunked(stand: Stand):
    stand.serving(
        lambda *_: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    )
    client = stand.client()
    assert client.get()[2] == b"hi"
    assert client.get()[2] == b"hi"


def test_an_answer_that_ends_with_the_connection_is_whole(stand: Stand):
    def answer(_: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end")

    stand.serving(answer)
    assert stand.get()[2] == b"to the end"


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_ends_with_its_head(stand: Stand, status: int):
    stand.serving(lambda *_: b"HTTP/1.1 %d X\r\n\r\n" % status)
    client = stand.client()
    assert [client.get()[0] for _ in range(2)] == [status, status]


def test_head_is_answered_without_a_body_and_the_connections_stay_in_step(stand: Stand):
    def answer(request: Request, _: object) -> bytes:
        return OK.removesuffix(b"ok") if request.head.startswith(b"HEAD") else OK

    target = stand.serving(answer)
    client = stand.client()
    for _ in range(3):
        assert client.get(method="HEAD")[0] == 200
        assert client.get()[2] == b"ok"
    assert len(target.used) == 1


def test_continue_is_passed_on_before_the_body_is_sent(stand: Stand):
    target = stand.serving()
    target.interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    client = stand.client()
    client.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
    assert client.answer()[0] == 100
    client.send(b"body")
    assert client.answer()[0] == 200
    assert target.requests[0].body == b"body"


def test_pipelined_requests_are_answered_in_their_order(stand: Stand):
    stand.serving(lambda request, _: OK.removesuffix(b"ok") + request.path[-2:].encode())
    client = stand.client()
    client.send(b"".join(b"GET /%02d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(30)))
    assert [client.answer()[2] for _ in range(30)] == [b"%02d" % number for number in range(30)]


def test_http_1_0_clients_get_an_answer_and_the_end_of_the_connection(stand: Stand):
    stand.serving(
        lambda *_: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    )
    client = stand.client()
    client.send(b"GET / HTTP/1.0\r\n\r\n")
    received = b""
    while part := client.socket.recv(4096):
        received += part
    assert received.endswith(b"\r\n\r\nhi")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"NONSENSE\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 70_000 + b"\r\n\r\n",
    ],
    ids=["no http", "two framings", "two lengths", "too many headers"],
)
def test_what_could_be_read_in_two_ways_is_refused(stand: Stand, request_bytes: bytes):
    target = stand.serving()
    client = stand.client()
    client.send(request_bytes)
    assert client.answer()[0] == 400
    assert client.ended()
    assert target.requests == []


def test_the_target_of_a_client_that_went_away_is_freed(stand: Stand):
    gone = []

    def answer(_: Request, connection: socket.socket) -> None:
        gone.append(connection.recv(1))

    stand.serving(answer)
    client = stand.client()
    client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    stand.wait(lambda: stand.targets[0].requests)
    client.close()
    stand.wait(lambda: gone == [b""])
    assert stand.balancers.counters("lb").requests == 0
