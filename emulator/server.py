"""The emulator's daemon: AWS emulated, with the machines and load balancers that it runs.

`emulator.up` starts it and `emulator.down` ends it. Its state lives in memory: one that starts
begins with an empty account and clears what an earlier one left on disk.
"""

import os
import shutil
import signal
import sys
import threading
from functools import partial
from typing import NoReturn

from moto.server import ThreadedMotoServer

from emulator import orphans, paths, ports
from emulator.aws import Clock, install
from emulator.aws.accounts import role_keys
from emulator.balancer.client import ProcessBalancers
from emulator.connection import Connection
from emulator.machines.credentials import CredentialSource
from emulator.machines.host import ProcessMachines
from scripts.base.locks import held
from scripts.base.project import Project

CLOCK_FACTOR = 30.0
"""Control-plane waits of AWS are this much shorter here; `EMULATOR_CLOCK=1 make up` keeps AWS's."""


def main() -> NoReturn:
    """Serve until SIGTERM or SIGINT, then shut every machine down."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with held(paths.DAEMON_LOCK, f"the emulator's daemon {os.getpid()}"):
        _clear()
        try:
            _serve(stopping)
        finally:
            paths.CONNECTION.unlink(missing_ok=True)
        # `emulator.down` waits for the lock: it must not be free before the process is gone.
        sys.stderr.flush()
        os._exit(0)


def _clear() -> None:
    paths.CONNECTION.unlink(missing_ok=True)
    orphans.kill(paths.RUN)
    shutil.rmtree(paths.RUN, ignore_errors=True)
    for folder in (paths.MACHINES, paths.REGISTRY, paths.WORK):
        folder.mkdir(parents=True)
    paths.EMPTY.touch()


def _serve(stopping: threading.Event) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    connection = Connection(os.getpid(), f"http://{host}:{port}")
    region = Project.load().region
    machines = ProcessMachines(
        paths.MACHINES,
        endpoint_url=connection.endpoint,
        registry=paths.REGISTRY,
        region=region,
        credentials=CredentialSource(partial(role_keys, region)),
    )
    balancers = ProcessBalancers(ports.asked_for)
    # Before anybody knows the endpoint: no call meets moto as it is.
    engine = install(machines, balancers, clock(), paths.ERRORS)
    engine.start()
    try:
        connection.publish()
        stopping.wait()
    finally:
        engine.stop()
        machines.close()
        balancers.close()
        server.stop()


def clock() -> Clock:
    """Return the clock of an emulator that this shell starts."""
    return Clock(float(os.environ.get("EMULATOR_CLOCK", CLOCK_FACTOR)))


if __name__ == "__main__":
    main()
