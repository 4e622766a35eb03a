"""How a machine's commands reach its init: a JSON line each way over loopback.

Not a Unix socket, whose path could be longer than macOS allows. Few imports, because a boot script
asks `systemctl` every half second and starting Python is most of the cost.
"""

import json
import os
import socket
from typing import Any

Message = dict[str, Any]


def publish(machine: str, port: int, token: str) -> None:
    """Write init's address below a machine's directory, in one step.

    Args:
        machine: the directory.
        port: loopback port.
        token: what a caller has to know, so that no other machine's command is obeyed.
    """
    path = _path(machine)
    with open(os.open(f"{path}.tmp", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:  # noqa: PTH123
        json.dump({"port": port, "token": token}, file)
    os.replace(f"{path}.tmp", path)  # noqa: PTH105 (pathlib costs more than all of this)


def call(machine: str, message: Message) -> Message:
    """Send a message to a machine's init and return its answer.

    Raises:
        OSError: init is not there or does not answer, because the machine is shutting down.
    """
    with open(_path(machine)) as file:  # noqa: PTH123
        address = json.load(file)
    with socket.create_connection(("127.0.0.1", address["port"])) as connection:
        connection.sendall(json.dumps({**message, "token": address["token"]}).encode() + b"\n")
        with connection.makefile("rb") as reader:
            line = reader.readline()
    if not line:
        raise ConnectionError("the machine's init does not answer")
    answer: Message = json.loads(line)
    return answer


def _path(machine: str) -> str:
    return f"{machine}/run/control.json"
