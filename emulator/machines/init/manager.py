"""All units of a machine, and the verbs of `systemctl` that a boot script may use."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from emulator.machines.disk import Disk
from emulator.machines.init.service import Service
from emulator.machines.init.unitfile import UnitError, load


@dataclass(frozen=True)
class Answer:
    """What a `systemctl` call prints and its exit status."""

    code: int = 0
    out: str = ""
    error: str = ""


@dataclass(frozen=True)
class Request:
    """A `systemctl` call: verb, units, and the options that the verb knows."""

    verb: str
    units: list[str]
    now: bool
    properties: list[str]
    value: bool


class Manager:
    """Units by name, loaded when first asked for.

    Args:
        disk: where unit files and journals are.
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._services: dict[str, Service] = {}
        self._enabled: set[str] = set()
        self._started: list[str] = []
        self._lock = asyncio.Lock()
        self._verbs: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "daemon-reload": self._reload,
            "disable": self._disable,
            "enable": self._enable,
            "is-active": self._is_active,
            "is-enabled": self._is_enabled,
            "restart": self._restart,
            "show": self._show,
            "start": self._start,
            "status": self._status,
            "stop": self._stop,
        }

    async def answer(self, request: Request) -> Answer:
        """Carry out one call."""
        verb = self._verbs.get(request.verb)
        if verb is None:
            known = ", ".join(sorted(self._verbs))
            return Answer(1, error=f"systemctl {request.verb} is not emulated; known: {known}")
        try:
            return await verb(request)
        except UnitError as error:
            return Answer(1 if "not found" not in str(error) else 5, error=str(error))

    async def shut_down(self) -> None:
        """Stop what runs in the reverse of the order in which it was started.

        The lock is not taken: a start that hangs must not keep the machine from stopping.
        """
        for name in reversed(self._started):
            await self._services[name].stop()

    def _service(self, name: str) -> Service:
        if name not in self._services:
            unit = load(name, [self._disk.units, self._disk.package_units])
            service = Service(unit, self._disk.journal / f"{name}.log", self._disk.root)
            for key in unit.ignored:
                service.note(f"{key}= is not emulated on the emulator")
            self._services[name] = service
        return self._services[name]

    async def _reload(self, _: Request) -> Answer:
        for name, service in list(self._services.items()):
            if service.active in ("inactive", "failed"):
                del self._services[name]
                self._started = [started for started in self._started if started != name]
            else:
                service.unit = load(name, [self._disk.units, self._disk.package_units])
        return Answer()

    async def _start(self, request: Request) -> Answer:
        async with self._lock:
            for name in request.units:
                await self._start_with_requirements(_full(name))
        return Answer()

    async def _start_with_requirements(self, name: str) -> None:
        service = self._service(name)
        for required in service.unit.requires:
            await self._start_with_requirements(required)
        # Known before it is up, so that a shutdown in the middle stops it too.
        self._started = [*(started for started in self._started if started != name), name]
        await service.start()

    async def _stop(self, request: Request) -> Answer:
        async with self._lock:
            for name in request.units:
                await self._service(_full(name)).stop()
        return Answer()

    async def _restart(self, request: Request) -> Answer:
        await self._stop(request)
        return await self._start(request)

    async def _enable(self, request: Request) -> Answer:
        for name in request.units:
            if not self._service(_full(name)).unit.wanted:
                return Answer(1, error=f"{name} has no [Install] section that would enable it.")
            self._enabled.add(_full(name))
        return await self._start(request) if request.now else Answer()

    async def _disable(self, request: Request) -> Answer:
        self._enabled -= {_full(name) for name in request.units}
        return await self._stop(request) if request.now else Answer()

    async def _is_active(self, request: Request) -> Answer:
        states = [self._active_state(name) for name in request.units]
        return Answer(0 if "active" in states else 3, out="\n".join(states))

    async def _is_enabled(self, request: Request) -> Answer:
        enabled = all(_full(name) in self._enabled for name in request.units)
        return Answer(0 if enabled else 1, out="enabled" if enabled else "disabled")

    async def _show(self, request: Request) -> Answer:
        lines = []
        for name in request.units:
            shown = self._properties(self._service(_full(name)))
            for key in request.properties or shown:
                # systemctl leaves out, in silence, properties that it does not know.
                if key in shown:
                    lines.append(shown[key] if request.value else f"{key}={shown[key]}")
        return Answer(out="\n".join(lines))

    async def _status(self, request: Request) -> Answer:
        lines = []
        for name in request.units:
            service = self._service(_full(name))
            shown = self._properties(service)
            lines.append(f"{name}: {service.active} ({service.sub}), result {service.result}")
            lines.append(f"  main pid {shown['MainPID']}, restarts {shown['NRestarts']}")
        active = all(self._active_state(name) == "active" for name in request.units)
        return Answer(0 if active else 3, out="\n".join(lines))

    def _active_state(self, name: str) -> str:
        try:
            return self._service(_full(name)).active
        except UnitError:
            return "inactive"

    def _properties(self, service: Service) -> dict[str, str]:
        return {
            "Id": service.unit.name,
            "ActiveState": service.active,
            "SubState": service.sub,
            "Result": service.result,
            "NRestarts": str(service.restarts),
            "MainPID": str(service.pid),
            "ExecMainStatus": str(service.status),
        }


def _full(name: str) -> str:
    return name if "." in name else f"{name}.service"
