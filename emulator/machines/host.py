"""Machines for the group engine: launched, watched, shut down and swept up."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from emulator import orphans
from emulator.interfaces import MachineSpec, MachineState
from emulator.machines import ports, session
from emulator.machines.credentials import CredentialSource
from emulator.machines.disk import Disk
from emulator.machines.imds import MetadataService
from scripts.base.project import ROOT

WATCH_SECONDS = 0.2
CONSOLE_BYTES = 64 * 1024
"""What GetConsoleOutput returns at most (EC2 API reference)."""
SHUTDOWN_LIMIT_SECONDS = 300.0
"""After this EC2 would power an instance off that does not shut down by itself."""


@dataclass
class _Machine:
    disk: Disk
    port: ports.Port
    process: subprocess.Popen[bytes]
    stop_by: float | None = None
    swept: bool = False


class ProcessMachines:
    """Implements `emulator.interfaces.Machines` by processes.

    Args:
        directory: where each machine gets a directory named by its instance id.
        endpoint_url: URL of the emulated AWS.
        registry: EMULATOR_REGISTRY_DIR, the store of image blobs.
        region: the region of everything.
        credentials: where role credentials come from.
    """

    def __init__(
        self,
        directory: Path,
        *,
        endpoint_url: str,
        registry: Path,
        region: str,
        credentials: CredentialSource | None = None,
    ) -> None:
        self._directory = directory.resolve()
        # What an earlier emulator left behind that was killed together with its machines' first
        # processes.
        orphans.kill(self._directory)
        self._endpoint_url = endpoint_url
        self._registry = registry.resolve()
        self._metadata = MetadataService(region, credentials or CredentialSource())
        self._machines: dict[str, _Machine] = {}
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="machines", daemon=True)
        self._watcher.start()

    def launch(self, spec: MachineSpec) -> None:
        """Boot a machine.

        Raises:
            ValueError: a machine of that id was launched before.
            OSError: no directory, port or process could be had.
        """
        with self._lock:
            if spec.instance_id in self._machines:
                raise ValueError(f"{spec.instance_id} was launched before")
            disk = Disk(self._directory / spec.instance_id)
            disk.create(spec.user_data)
            disk.install_tools()
            port = ports.reserve()
            environment = disk.environment(
                port=port.number,
                endpoint_url=self._endpoint_url,
                metadata_url=self._metadata.add(spec),
                registry=self._registry,
            )
            with disk.console.open("ab") as console:
                process = subprocess.Popen(
                    [sys.executable, "-s", "-m", "emulator.machines.init", str(disk.root)],
                    cwd=ROOT,
                    env=environment,
                    # Its other end closes when this process dies, however it dies.
                    stdin=subprocess.PIPE,
                    stdout=console,
                    stderr=console,
                    start_new_session=True,
                )
            self._machines[spec.instance_id] = _Machine(disk, port, process)

    def terminate(self, instance_id: str) -> None:
        """Begin a machine's shutdown; a second call changes nothing."""
        with self._lock:
            machine = self._machines[instance_id]
            if machine.stop_by is None and not machine.swept:
                machine.stop_by = time.monotonic() + SHUTDOWN_LIMIT_SECONDS
                if machine.process.poll() is None:
                    machine.process.send_signal(signal.SIGTERM)

    def state(self, instance_id: str) -> MachineState:
        """State of a machine.

        Raises:
            KeyError: no machine of that id was launched.
        """
        machine = self._machines[instance_id]
        if machine.swept:
            return "terminated"
        if machine.stop_by is not None:
            return "stopping"
        return "running" if machine.disk.booted.exists() else "pending"

    def port(self, instance_id: str) -> int:
        """Loopback port on which the machine's port 5000 answers."""
        return self._machines[instance_id].port.number

    def session(self, instance_id: str) -> int:
        """Id of the machine's process session, which is also the process id of its init."""
        return self._machines[instance_id].process.pid

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time that each running machine's processes have used so far."""
        used = session.cpu_seconds()
        with self._lock:
            running = {id_: m.process.pid for id_, m in self._machines.items() if not m.swept}
        return {id_: used.get(pid, 0.0) for id_, pid in running.items()}

    def console_output(self, instance_id: str) -> bytes:
        """The last 64 KB of the machine's console; kept after its end."""
        with self._machines[instance_id].disk.console.open("rb") as console:
            end = console.seek(0, os.SEEK_END)
            console.seek(max(0, end - CONSOLE_BYTES))
            return console.read()

    def close(self) -> None:
        """Kill every machine, remove their directories and stop the metadata service."""
        self._closed.set()
        self._watcher.join()
        with self._lock:
            for machine in self._machines.values():
                self._sweep(machine)
                shutil.rmtree(machine.disk.root, ignore_errors=True)
            self._machines.clear()
        self._metadata.close()

    def _watch(self) -> None:
        while not self._closed.wait(WATCH_SECONDS):
            with self._lock:
                machines = list(self._machines.items())
            for instance_id, machine in machines:
                late = machine.stop_by is not None and time.monotonic() > machine.stop_by
                if not machine.swept and (late or machine.process.poll() is not None):
                    self._sweep(machine)
                    self._metadata.remove(instance_id)

    def _sweep(self, machine: _Machine) -> None:
        """End what is left of a machine; only then is it `terminated`."""
        if machine.swept:
            return
        try:
            session.kill(machine.process.pid)
        except TimeoutError as error:  # seen again in the next round
            with contextlib.suppress(OSError), machine.disk.console.open("a") as console:
                console.write(f"{error}\n")
            return
        machine.process.wait()
        if machine.process.stdin is not None:
            machine.process.stdin.close()
        machine.port.release()
        machine.disk.discard()
        machine.swept = True
