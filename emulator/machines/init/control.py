"""Init's side of the machine's commands."""

import asyncio
import json
import secrets
from dataclasses import asdict

from emulator.machines.disk import Disk
from emulator.machines.guest import bus
from emulator.machines.init.manager import Manager, Request


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
    bus.publish(str(disk.root), server.sockets[0].getsockname()[1], token)
    return server
