"""Entry of a machine's init: `python -m emulator.machines.init DIRECTORY`.

Standard input is a pipe that the emulator's daemon holds open: when it closes, the daemon is gone
and the machine ends at once. SIGTERM is the power button: a shutdown in good order.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

from emulator.machines import session
from emulator.machines.disk import Disk
from emulator.machines.init.control import listen
from emulator.machines.init.manager import Manager
from emulator.machines.init.service import spawn
from emulator.machines.init.unitfile import UnitError

USER_DATA_GRACE_SECONDS = 2.0


def main() -> None:
    """Run the machine until its power is cut."""
    threading.Thread(target=_watch_the_daemon, name="power", daemon=True).start()
    asyncio.run(_run(Disk(Path(sys.argv[1]))))
    session.kill(os.getpid(), spare=os.getpid())
    _say("power down")


def _watch_the_daemon() -> None:
    # A thread, so that nothing that the loop waits for can delay it.
    while os.read(0, 4096):
        pass
    _say("the emulator is gone: power off")
    session.kill(os.getpid(), spare=os.getpid())
    os._exit(1)


async def _run(disk: Disk) -> None:
    power_button = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, power_button.set)
    manager = Manager(disk)
    server = await listen(disk, manager)
    boot = asyncio.create_task(_run_user_data(disk))
    await power_button.wait()
    _say("shutting down")
    boot.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await boot
    await manager.shut_down()
    server.close()


async def _run_user_data(disk: Disk) -> None:
    """Run the user data as cloud-init does: once, by the interpreter that its first line names."""
    first_line = disk.user_data.read_bytes().partition(b"\n")[0]
    disk.booted.touch()
    if not first_line.startswith(b"#!"):
        _say("user data does not begin with #!: not run")
        return
    interpreter = os.fsdecode(first_line.removeprefix(b"#!").strip()).split(maxsplit=1)
    try:
        process = await spawn([*interpreter, str(disk.user_data)], {}, sys.stdout.buffer, disk.root)
    except UnitError as error:
        _say(f"user data: {error}")
        return
    try:
        _say(f"user data ended with status {await process.wait()}")
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), USER_DATA_GRACE_SECONDS)
        raise


def _say(text: str) -> None:
    sys.stdout.write(f"init: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
