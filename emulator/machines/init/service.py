"""One service, kept running as its unit file says (systemd.service)."""

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from pathlib import Path
from typing import BinaryIO

from emulator.machines.init.unitfile import Command, Unit, UnitError

Process = asyncio.subprocess.Process

CLEAN_EXITS = {0, -signal.SIGHUP, -signal.SIGINT, -signal.SIGTERM, -signal.SIGPIPE}


class Service:
    """State and processes of a unit.

    Args:
        unit: the parsed file.
        journal: file that takes what its processes write.
        cwd: their working directory.

    Attributes:
        active: ActiveState in systemd's words.
        sub: SubState.
        result: why it last failed, `success` otherwise.
        restarts: NRestarts, automatic restarts since it was last started by hand.
    """

    def __init__(self, unit: Unit, journal: Path, cwd: Path) -> None:
        self.unit = unit
        self.active = "inactive"
        self.sub = "dead"
        self.result = "success"
        self.restarts = 0
        self.status = 0
        self._journal = journal
        self._cwd = cwd
        self._main: Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._starts: deque[float] = deque()

    @property
    def pid(self) -> int:
        """Process id of the main process, 0 when none runs."""
        return self._main.pid if self._main and self._main.returncode is None else 0

    async def start(self) -> None:
        """Start the service, if it does not run, and return once it is up.

        Raises:
            UnitError: a command could not be started or failed.
        """
        if self.active in ("active", "activating"):
            return
        self.restarts = 0
        self.result = "success"
        await self._begin()

    async def stop(self) -> None:
        """Run ExecStop, then SIGTERM, and SIGKILL once TimeoutStopSec has passed."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        if self.active in ("active", "deactivating"):
            await self._end()
        self._set("inactive", "dead")

    def note(self, text: str) -> None:
        """Write a line of the manager's own into the unit's journal."""
        with self._journal.open("a") as journal:
            journal.write(f"systemd: {self.unit.name}: {text}\n")

    async def _begin(self) -> None:
        self._check_start_limit()
        self._set("activating", "start-pre")
        try:
            for command in self.unit.start_pre:
                await self._run(command, self.unit.start_timeout_seconds)
            self._set("activating", "start")
            if self.unit.kind == "oneshot":
                for command in self.unit.start:
                    await self._run(command, self.unit.start_timeout_seconds)
                remains = self.unit.remain_after_exit
                self._set(*(("active", "exited") if remains else ("inactive", "dead")))
                return
            self._main = await self._spawn(self.unit.start[0])
        except UnitError:
            self.result = "exit-code"
            self._set("failed", "failed")
            raise
        self._set("active", "running")
        self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        """Restart the service each time that its main process ends, where the unit wants it."""
        while self._main is not None:
            self.status = await self._main.wait()
            self.note(f"main process exited, status={self.status}")
            self.result = "success" if self.status in CLEAN_EXITS else "exit-code"
            # systemd.service: stop commands run even if the service ended on its own.
            await self._end()
            if not self._wants_restart():
                self._set(*(("inactive", "dead") if self.result == "success" else ("failed",) * 2))
                return
            self._set("activating", "auto-restart")
            await asyncio.sleep(self.unit.restart_seconds)
            if not await self._restart():
                return

    async def _restart(self) -> bool:
        try:
            self._check_start_limit()
            self.restarts += 1
            self.note(f"scheduled restart job, restart counter is at {self.restarts}")
            for command in self.unit.start_pre:
                await self._run(command, self.unit.start_timeout_seconds)
            self._main = await self._spawn(self.unit.start[0])
        except UnitError as error:
            self.note(str(error))
            self._set("failed", "failed")
            return False
        self._set("active", "running")
        return True

    async def _end(self) -> None:
        self._set("deactivating", "stop")
        for command in self.unit.stop:
            try:
                await self._run(command, self.unit.stop_timeout_seconds)
            except UnitError as error:
                self.note(str(error))
        if self._main is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.pid:
                _signal_group(self._main.pid, number)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._main.wait(), self.unit.stop_timeout_seconds)
        # KillMode=control-group: what the main process left behind ends with the unit.
        _signal_group(self._main.pid, signal.SIGKILL)

    async def _run(self, command: Command, timeout_seconds: float | None) -> None:
        """Run one command to its end.

        Raises:
            UnitError: it failed or took too long, and its failure counts.
        """
        process = await self._spawn(command)
        try:
            status = await asyncio.wait_for(process.wait(), timeout_seconds)
        except (TimeoutError, asyncio.CancelledError) as error:
            _signal_group(process.pid, signal.SIGKILL)
            if isinstance(error, asyncio.CancelledError):
                raise
            raise UnitError(f"{command.argv[0]} timed out") from error
        if status != 0 and not command.may_fail:
            raise UnitError(f"{' '.join(command.argv[:3])}… exited with status {status}")

    async def _spawn(self, command: Command) -> Process:
        with self._journal.open("ab") as journal:
            return await spawn(command.argv, self.unit.environment, journal, self._cwd)

    def _wants_restart(self) -> bool:
        wanted = {"always": True, "on-failure": self.result != "success"}
        return wanted.get(
            self.unit.restart, self.unit.restart == "on-success" and self.result == "success"
        )

    def _check_start_limit(self) -> None:
        now, window = time.monotonic(), self.unit.start_limit_seconds
        while self._starts and now - self._starts[0] > window:
            self._starts.popleft()
        if window and len(self._starts) >= self.unit.start_limit_burst:
            self.result = "start-limit-hit"
            raise UnitError(f"{self.unit.name}: start request repeated too quickly.")
        self._starts.append(now)

    def _set(self, active: str, sub: str) -> None:
        self.active, self.sub = active, sub


async def spawn(argv: list[str], extra: dict[str, str], output: BinaryIO, cwd: Path) -> Process:
    """Start a process in a group of its own, in the machine's session.

    Raises:
        UnitError: there is no such program.
    """
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env={**os.environ, **extra},
            process_group=0,
        )
    except OSError as error:
        raise UnitError(f"{argv[0]}: failed to execute: {error.strerror}") from error


def _signal_group(group: int, number: int) -> None:
    # EPERM: macOS answers it when only zombies are left in the group.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
