"""Who calls: the address that the last trusted proxy saw."""

from app import addresses


class UnknownCallerError(ValueError):
    """What the last trusted proxy wrote is not an address."""


def caller(peer: str, forwarded_for: str | None, trusted_proxies: int) -> addresses.Address:
    """Find the caller's address.

    Each proxy appends the address of its own peer to `X-Forwarded-For`, so the entry that the
    outermost trusted one wrote stands `trusted_proxies` places from the end; what stands before it
    came from the client and is never read. With fewer entries than trusted proxies the request did
    not pass all of them, and the header is the client's own: the peer is the caller.

    Args:
        peer: address of the connection's other end.
        forwarded_for: the header's value, its repetitions joined with commas; None if absent.
        trusted_proxies: how many proxies stand in front of the service.

    Raises:
        UnknownCallerError: the trusted entry, or the peer, is not an address.
    """
    text = peer
    if trusted_proxies and forwarded_for:
        entries = forwarded_for.rsplit(",", trusted_proxies)[-trusted_proxies:]
        if len(entries) == trusted_proxies:
            text = entries[0]
    try:
        return addresses.parse(text)
    except ValueError as error:
        raise UnknownCallerError("the caller's address cannot be read from the request") from error
