"""The load balancers' process: a JSON line in, a JSON line out; ends when its input closes."""

import asyncio
import json
import os
import sys
import traceback
from typing import Any

from emulator.balancer.service import Service


def main() -> None:
    """Serve until standard input closes: then the parent is gone, however it went."""
    asyncio.run(_serve())


async def _serve() -> None:
    reader = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    service = Service()
    while line := await reader.readline():
        sys.stdout.write(json.dumps(await _answer(service, json.loads(line))) + "\n")
        sys.stdout.flush()
    os._exit(0)


async def _answer(service: Service, message: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": await service.answer(message["operation"], message["arguments"])}
    except Exception as error:  # the parent raises it; the load balancers go on
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    main()
