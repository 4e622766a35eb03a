"""Requests that are no HTTP: gunicorn answers them itself, here as problem documents too."""

import os
import socket
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]

from app import problems, response_headers
from app.config import Config
from app.tracing import trace_id


def install() -> None:
    """Make gunicorn write its own errors as the service writes its errors.

    gunicorn offers no setting for it; `gunicorn.util.write_error` is its one place for them, and a
    test sends such requests to a running server.
    """
    config = Config.from_environment(os.environ)

    def write_error(connection: socket.socket, status: int, reason: str, message: str) -> None:
        util.write_nonblock(connection, answer(config, status, reason, message))

    util.write_error = write_error


def answer(config: Config, status: int, reason: str, message: str) -> bytes:
    """Write a whole HTTP answer after which the connection is closed.

    Args:
        config: names the responder.
        status: HTTP status.
        reason: the status's phrase.
        message: what is wrong with the request; may quote it.
    """
    environ: dict[str, Any] = {}
    detail = message or "The service could not answer this request."
    body = problems.document(status, detail, trace_id(environ)).encode()
    headers = [
        ("Connection", "close"),
        ("Content-Type", problems.MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        *response_headers.headers(config),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} {reason}\r\n{lines}\r\n".encode("latin-1") + body
