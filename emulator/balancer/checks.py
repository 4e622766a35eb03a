"""Health checks, each on a connection of its own."""

import asyncio
import contextlib

from emulator.balancer.targets import Target, Targets
from emulator.interfaces import HealthCheck, TargetHealth


def start(targets: Targets, target: Target) -> "asyncio.Task[None]":
    """Check a target at once and then at the group's interval, until the task is cancelled."""
    return asyncio.create_task(_check_again_and_again(targets, target))


async def _check_again_and_again(targets: Targets, target: Target) -> None:
    loop = asyncio.get_running_loop()
    while True:
        check = targets.group.health_check  # read each time: it may be changed
        begun = loop.time()
        target.record(await judge(target.port, check), check)
        await asyncio.sleep(max(0.0, check.interval_seconds - (loop.time() - begun)))


async def judge(port: int, check: HealthCheck) -> TargetHealth | None:
    """Ask once; return None for a pass, else the health that a failure stands for."""
    try:
        status = await asyncio.wait_for(_ask(port, check.path), check.timeout_seconds)
    except TimeoutError:
        return TargetHealth("unhealthy", "Target.Timeout", "Request timed out")
    except (OSError, ValueError, IndexError):
        return TargetHealth("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
    if matches(status, check.matcher):
        return None
    return TargetHealth(
        "unhealthy",
        "Target.ResponseCodeMismatch",
        f"Health checks failed with these codes: [{status}]",
    )


def matches(status: int, matcher: str) -> bool:
    """Whether a status is among `200`, `200,202` or `200-299`."""
    for part in matcher.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


async def _ask(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
            "User-Agent: ELB-HealthChecker/2.0\r\n\r\n".encode()
        )
        line = await reader.readline()
        # The rest is read too: a check that hangs up early would be an error in the target's log.
        while await reader.read(65_536):
            pass
        return int(line.split()[1])
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
