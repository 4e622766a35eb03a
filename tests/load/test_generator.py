"""The load generator counts every kind of failure, and keeps its pace."""

import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.load.answers import Answer, Answers, Failure
from tests.load.generator import Load

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Release: abc\r\nX-Instance: i-1\r\n\r\nok"
Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[tuple[str, list[int]]]:
    """A server that hands each connection to `serve`; yields its URL and the clients' ports."""
    ports: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, (_, port) = listener.accept()
                except OSError:
                    return
                ports.append(port)
                threading.Thread(target=run, args=(connection,), daemon=True).start()

        def run(connection: socket.socket) -> None:
            with connection:
                serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", ports
        listener.shutdown(socket.SHUT_RDWR)


def each_request(connection: socket.socket, answer: bytes) -> None:
    """Answer every request until the client closes."""
    received = b""
    while part := connection.recv(4096):
        received += part
        while b"\r\n\r\n" in received:
            _, _, received = received.partition(b"\r\n\r\n")
            connection.sendall(answer)


def always(answer: bytes) -> Serve:
    return lambda connection: each_request(connection, answer)


def reset(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(connection: socket.socket) -> None:
    connection.recv(4096)


def half(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(OK[:-1])


def silence(connection: socket.socket) -> None:
    connection.recv(4096)
    time.sleep(1)


def loaded(url: str, seconds: float = 0.3, timeout_seconds: float = 0.2) -> Answers:
    with Load(url, per_second=40, timeout_seconds=timeout_seconds) as load:
        time.sleep(seconds)
    return load.answers


@pytest.mark.parametrize(
    ("serve", "kind"),
    [
        (reset, Failure.RESET),
        (hang_up, Failure.RESET),
        (half, Failure.RESET),
        (silence, Failure.TIMEOUT),
        (always(OK.replace(b"200 OK", b"502 Bad Gateway")), Failure.SERVER_ERROR),
        (always(OK.replace(b"200 OK", b"404 Not Found")), Failure.OTHER),
        (always(b"nonsense\r\n\r\n"), Failure.OTHER),
    ],
)
def test_each_failure_is_counted_by_its_kind(serve: Serve, kind: Failure):
    with server(serve) as (url, _):
        answers = loaded(url)
    assert len(answers) >= 8
    assert answers.kinds == {kind: len(answers)}


def test_a_refused_connection_is_counted():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    answers = loaded(f"http://127.0.0.1:{port}")
    assert answers.kinds == {Failure.REFUSED: len(answers)}
    assert len(answers) >= 8


def test_a_failure_is_not_tried_again():
    with server(hang_up) as (url, ports):
        answers = loaded(url)
    assert len(ports) == len(answers)


def test_good_answers_name_release_and_instance():
    with server(always(OK)) as (url, _):
        answers = loaded(url)
    assert answers.failed == []
    assert answers.releases == {"abc": len(answers)}
    assert answers.instances == {"i-1": len(answers)}


def test_half_of_the_requests_share_a_kept_connection():
    with server(always(OK)) as (url, ports):
        answers = loaded(url)
    kept = [answer for answer in answers.all if answer.kept]
    assert abs(len(kept) - len(answers) / 2) <= 1
    own = len(answers) - len(kept)
    # One that is due before the one before it has ended, on a machine that is busy, needs a second.
    assert own < len(ports) <= own + len(kept) // 2


def test_a_kept_connection_that_was_closed_while_idle_is_no_failure():
    def once(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(OK)

    with server(once) as (url, _):
        # A busy machine may take longer than the generator's own 0.2 s to answer one.
        assert loaded(url, timeout_seconds=5).failed == []


def test_a_slow_server_slows_nothing_down():
    """Requests leave at their moments while all earlier ones still wait."""

    def slow(connection: socket.socket) -> None:
        connection.recv(4096)
        time.sleep(0.4)
        connection.sendall(OK)

    with server(slow) as (url, _):
        answers = loaded(url, 0.5, timeout_seconds=5)
    dues = sorted(answer.due for answer in answers.all)
    gaps = [later - earlier for earlier, later in itertools.pairwise(dues)]
    assert all(gap == pytest.approx(1 / 40) for gap in gaps)
    assert len(answers) >= 16


def test_a_stall_is_seen_by_every_request_that_it_held_up():
    """The time counts from the moment at which a request was due, not from its sending."""
    answers = loaded_with_a_pause(0.3)
    assert answers.percentile(99) >= 0.25
    held_up = [answer for answer in answers.all if answer.seconds > 0.05]
    assert len(held_up) >= 8


def loaded_with_a_pause(seconds: float) -> Answers:
    """A load whose own thread stands still once."""

    class Stalled(Load):
        async def _ask(self, path, kept):
            if not self.stalled:
                self.stalled = True
                time.sleep(seconds)
            return await super()._ask(path, kept)

        stalled = False

    with server(always(OK)) as (url, _), Stalled(url, per_second=40) as load:
        time.sleep(seconds + 0.3)
    return load.answers


def test_a_percentile_is_of_all_requests():
    answers = Answers(Answer(0, seconds / 100, "/", True) for seconds in range(1, 101))
    assert (answers.percentile(50), answers.percentile(99)) == (0.5, 0.99)
    with pytest.raises(ValueError, match="no request"):
        Answers([]).percentile(50)
