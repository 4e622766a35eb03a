"""Which process is at the other end of a loopback connection, and what its environment says.

act gives every job the same token, and lets no step change GITHUB_API_URL. But each job has a
workspace of its own, and each of its processes has it in its environment: the kernel knows which
process a request came from (Linux: proc(5), /proc/net/tcp).
"""

import os
from pathlib import Path

PROC = Path("/proc")


def environment_of(port: int) -> dict[str, str]:
    """Return the environment of the process that is connected from a loopback port.

    Raises:
        LookupError: no process of this user holds such a connection.
    """
    target = f"socket:[{_inode(port)}]"
    for folder in PROC.glob("[0-9]*"):
        try:
            if any(_link(descriptor) == target for descriptor in (folder / "fd").iterdir()):
                return _environment(folder)
        except OSError:
            continue
    raise LookupError(f"nobody holds the connection from port {port}")


def _inode(port: int) -> str:
    for line in (PROC / "net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) == port and fields[9] != "0":
            return fields[9]
    raise LookupError(f"there is no connection from port {port}")


def _link(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""


def _environment(folder: Path) -> dict[str, str]:
    pairs = (folder / "environ").read_bytes().split(b"\0")
    return dict(os.fsdecode(pair).split("=", 1) for pair in pairs if b"=" in pair)
