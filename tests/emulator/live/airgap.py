"""Use an emulator inside a network of its own that has loopback and nothing else.

Run as `unshare --net --map-root-user python -m tests.emulator.live.airgap CHECKOUT HOSTILE`. The
kernel counts every packet for which it found no route, name look-ups included: an attempt to
reach anything but loopback is one.
"""

import fcntl
import json
import socket
import struct
import sys
from pathlib import Path

from tests.checkout import Checkout
from tests.emulator.live import hostile

COMMANDS = (("up",), ("status",), ("plan",), ("deploy",), ("down",))
READ_FLAGS, SET_FLAGS, IS_UP = 0x8913, 0x8914, 0x1
"""SIOCGIFFLAGS, SIOCSIFFLAGS and IFF_UP of netdevice(7)."""


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(device, READ_FLAGS, request))[1]
        fcntl.ioctl(device, SET_FLAGS, struct.pack("16sH14s", b"lo", flags | IS_UP, b""))


def without_route() -> int:
    """Packets, of IPv4 and IPv6, that had nowhere to go since the network was made."""
    names, values = (
        line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if "Ip:" in line
    )
    six = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return int(dict(zip(names, values, strict=True))["OutNoRoutes"]) + int(six["Ip6OutNoRoutes"])


def main(folder: str, files: str) -> None:
    raise_loopback()
    with hostile.listener() as (url, callers):
        environment = hostile.shell(Path(files), url)
        checkout = Checkout(Path(folder))
        ran = {
            words[0]: checkout.make(*words, code=None, environment=environment)
            for words in COMMANDS
        }
        counted = without_route()
        with socket.socket() as stray:
            # Otherwise a count of nothing could mean that nothing is counted.
            stray.settimeout(1)
            stray.connect_ex(("192.0.2.1", 80))
        report = {
            "codes": {name: done.returncode for name, done in ran.items()},
            "errors": {name: done.stderr[-2000:] for name, done in ran.items() if done.returncode},
            "without_route": counted,
            "counts": without_route() - counted,
            "callers": callers,
        }
    print(json.dumps(report))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
