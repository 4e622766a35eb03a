"""Exchanges over TLS, as with the real DynamoDB: verified, kept alive, bounded."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.storage.connections import Connections, ExchangeError
from tests.app.doubles import LONGEST_SECONDS, close_idle

REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of its own making for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def server(certificate):
    """A TLS server that answers each request with the next reply; None is silence."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    replies: list[bytes | None] = []
    accepted = []
    done = threading.Event()

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
                accepted.append(connection)
                with context.wrap_socket(connection, server_side=True) as secure:
                    while secure.recv(65536):
                        reply = replies.pop(0)
                        if reply is None:
                            done.wait(10)
                            break
                        secure.sendall(reply)
            except (OSError, ssl.SSLError):
                if listener.fileno() < 0 or done.is_set():
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], replies, accepted
    done.set()
    listener.close()


def connect(port, certificate):
    return Connections("127.0.0.1", port, ssl.create_default_context(cafile=certificate))


def soon(seconds=5.0):
    return time.monotonic() + seconds


def test_replies_come_over_one_verified_connection(server, certificate):
    port, replies, accepted = server
    replies += [REPLY] * 3
    connections = connect(port, certificate)
    for _ in range(3):
        assert connections.exchange(b"request", soon()).body == b"{}"
    assert len(accepted) == 1
    close_idle(connections)


def test_a_reply_of_many_records_is_whole(server, certificate):
    port, replies, _ = server
    body = b"x" * 300_000
    replies.append(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    connections = connect(port, certificate)
    assert connections.exchange(b"request", soon()).body == body
    close_idle(connections)


def test_silence_ends_at_the_deadline(server, certificate):
    port, replies, _ = server
    replies.append(None)
    begun = time.monotonic()
    with pytest.raises(ExchangeError, match="in time"):
        connect(port, certificate).exchange(b"request", soon(0.3))
    assert 0.2 < time.monotonic() - begun < LONGEST_SECONDS


def test_a_host_that_is_not_who_it_says_is_refused(server):
    port, _, _ = server
    connections = Connections("127.0.0.1", port, ssl.create_default_context())
    with pytest.raises(ExchangeError, match="CERTIFICATE_VERIFY_FAILED"):
        connections.exchange(b"request", soon())
