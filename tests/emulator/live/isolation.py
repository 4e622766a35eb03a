"""A network with loopback and nothing else, and a count of what looked for more.

The kernel counts every packet for which it found no route, name look-ups included: an attempt to
reach anything but loopback is one.
"""

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

CLONE_NEWNET = 0x40000000
"""unshare(2); Python knows it from 3.12 on."""
READ_FLAGS, SET_FLAGS, IS_UP = 0x8913, 0x8914, 0x1
"""SIOCGIFFLAGS, SIOCSIFFLAGS and IFF_UP of netdevice(7)."""


def enter() -> None:
    """Move this thread, and what it starts from now on, to a network of its own.

    Raises:
        OSError: the machine is no Linux, or its kernel does not let us.
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except AttributeError as error:
        raise OSError("no unshare(2)") from error
    if unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(device, READ_FLAGS, request))[1]
        fcntl.ioctl(device, SET_FLAGS, struct.pack("16sH14s", b"lo", flags | IS_UP, b""))


def without_route() -> int:
    """Packets, of IPv4 and IPv6, that had nowhere to go since the network was made."""
    here = Path("/proc/thread-self/net")
    names, values = (
        line.split() for line in (here / "snmp").read_text().splitlines() if "Ip:" in line
    )
    six = dict(line.split() for line in (here / "snmp6").read_text().splitlines())
    return int(dict(zip(names, values, strict=True))["OutNoRoutes"]) + int(six["Ip6OutNoRoutes"])


def look_outside() -> None:
    """Try to reach an address that is not on this machine."""
    with socket.socket() as stray:
        stray.settimeout(1)
        stray.connect_ex(("192.0.2.1", 80))
