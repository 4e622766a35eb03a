"""How the commands of a machine reach its init: a JSON line each way over loopback.

Not a Unix socket: its path could be longer than macOS allows.
"""

import asyncio
import json
import secrets
import socket
from dataclasses import asdict

from stage.machines.disk import Control, Disk
from stage.machines.init.manager import Answer, Manager, Request


async def listen(disk: Disk, manager: Manager) -> asyncio.Server:
    """Answer the machine's commands; the address is published on its disk."""
    token = secrets.token_hex(16)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            message = json.loads(await reader.readline() or b"{}")
            if message.pop("token", None) == token:
                answer = await manager.answer(Request(**message))
                writer.write(json.dumps(asdict(answer)).encode() + b"\n")
                await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    Control(server.sockets[0].getsockname()[1], token).publish(disk)
    return server


def ask(disk: Disk, request: Request) -> Answer:
    """Send one request to the machine's init and wait for its answer.

    Raises:
        ConnectionError: init does not answer, because the machine is being shut down.
    """
    address = Control.find(disk)
    with socket.create_connection(("127.0.0.1", address.port)) as connection:
        message = {"token": address.token, **asdict(request)}
        connection.sendall(json.dumps(message).encode() + b"\n")
        with connection.makefile("rb") as reader:
            line = reader.readline()
    if not line:
        raise ConnectionError("the machine's init does not answer")
    return Answer(**json.loads(line))
