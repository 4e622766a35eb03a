"""IP addresses as text: how the service reads, writes and reverses them."""

import ipaddress
from typing import NamedTuple

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Reversal(NamedTuple):
    """An address and its reversal.

    Attributes:
        address: canonical text (IPv6 as RFC 5952 writes it).
        version: 4 or 6.
        reversed: the address read backwards, by octets or by 16-bit groups.
        reverse_pointer: its name in the DNS's reverse zone (RFC 1035, RFC 3596).
    """

    address: str
    version: int
    reversed: str
    reverse_pointer: str


def parse(text: str) -> Address:
    """Read an address as a peer or a proxy writes it.

    A port (`192.0.2.1:80`, `[2001:db8::1]:80`) and a zone id (`fe80::1%eth0`) are left out: they
    say how the caller was reached, not who it is. An IPv4-mapped IPv6 address becomes IPv4, so that
    a caller is the same one on a dual-stack socket.

    Raises:
        ValueError: the text holds no address.
    """
    text = text.strip()
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        if not bracket or (port and not _is_port(port)):
            raise ValueError(f"{text!r} is not an address")
        text = host
    elif ":" not in text:
        return ipaddress.IPv4Address(text)
    elif "." in text and text.count(":") == 1:
        host, _, port = text.partition(":")
        if not _is_port(f":{port}"):
            raise ValueError(f"{text!r} is not an address")
        return ipaddress.IPv4Address(host)
    address = ipaddress.IPv6Address(_without_zone(text))
    return address.ipv4_mapped or address


def reverse(address: Address) -> Reversal:
    """Reverse an IPv4 address by its four octets, an IPv6 address by its eight groups."""
    if address.version == 4:
        text = str(address)
        backwards = ".".join(reversed(text.split(".")))
        # What ipaddress's own reverse_pointer answers, without building the text again.
        return Reversal(text, 4, backwards, f"{backwards}.in-addr.arpa")
    groups = [address.packed[at : at + 2] for at in range(0, 16, 2)]
    backwards = canonical(ipaddress.IPv6Address(b"".join(reversed(groups))))
    return Reversal(canonical(address), 6, backwards, address.reverse_pointer)


def canonical(address: Address) -> str:
    """Write an address in its canonical text, the same on every version of Python.

    RFC 5952 section 5 recommends dotted decimals in an IPv4-mapped address; `str` does so only
    from Python 3.13.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return f"::ffff:{address.ipv4_mapped}"
    return str(address)


def _without_zone(text: str) -> str:
    address, percent, zone = text.partition("%")
    if percent and not zone:
        raise ValueError(f"{text!r} has an empty zone id")
    return address


def _is_port(text: str) -> bool:
    digits = text[1:]
    return text[0] == ":" and digits.isascii() and digits.isdigit() and int(digits) <= 65535
