"""Headers on their way through a load balancer (Elastic Load Balancing guide, "HTTP headers")."""

import random
import re
import time

Headers = list[tuple[bytes, bytes]]

HOP_BY_HOP = {
    *(b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer"),
    *(b"transfer-encoding", b"upgrade"),
}
REPLACED = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-port", b"x-amzn-trace-id"}
VALID_NAME = re.compile(rb"[A-Za-z0-9-]+")
"""`routing.http.drop_invalid_header_fields.enabled` drops every other name."""


def request_head(
    method: bytes, url: bytes, headers: Headers, *, client: str, port: int, chunked: bool
) -> bytes:
    """Return the head of a request as the target gets it.

    Args:
        method: as the client sent it.
        url: path and query, likewise.
        headers: in the client's order, names in any case.
        client: the address that the client came from.
        port: the listener's port.
        chunked: the body follows in chunks.
    """
    known: dict[bytes, list[bytes]] = {}
    lines = [b"%b %b HTTP/1.1" % (method, url)]
    for name, value in _end_to_end(headers):
        lower = name.lower()
        if lower in REPLACED:
            known.setdefault(lower, []).append(value)
        elif VALID_NAME.fullmatch(name):
            lines.append(b"%b: %b" % (name, value))
    seen = [*known.get(b"x-forwarded-for", []), client.encode()]
    lines.append(b"X-Forwarded-For: " + b", ".join(seen))
    lines.append(b"X-Forwarded-Proto: http")
    lines.append(b"X-Forwarded-Port: %d" % port)
    lines.append(b"X-Amzn-Trace-Id: " + _trace_id(known.get(b"x-amzn-trace-id", [])))
    if chunked:
        lines.append(b"Transfer-Encoding: chunked")
    return b"\r\n".join([*lines, b"", b""])


def response_head(
    status: int, reason: bytes, headers: Headers, *, chunked: bool, keep_alive: bool
) -> bytes:
    """Return the head of a response as the client gets it."""
    lines = [b"HTTP/1.1 %d %b" % (status, reason)]
    lines += [b"%b: %b" % header for header in _end_to_end(headers)]
    if chunked:
        lines.append(b"Transfer-Encoding: chunked")
    lines.append(b"Connection: keep-alive" if keep_alive else b"Connection: close")
    return b"\r\n".join([*lines, b"", b""])


def _end_to_end(headers: Headers) -> Headers:
    """Leave out what belongs to one connection: RFC 9110 section 7.6.1."""
    dropped = HOP_BY_HOP
    for name, value in headers:
        if name.lower() == b"connection":
            dropped = dropped | {word.strip().lower() for word in value.split(b",")}
    # Whatever a client lists under Connection, it cannot take its own address away.
    dropped = dropped - REPLACED
    return [header for header in headers if header[0].lower() not in dropped]


def _trace_id(given: list[bytes]) -> bytes:
    own = b"1-%08x-%024x" % (int(time.time()), random.getrandbits(96))
    if not given:
        return b"Root=" + own
    return b"Self=%b;%b" % (own, given[0])
