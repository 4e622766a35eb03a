"""`make up`: the platform on this machine, from nothing to an answering URL."""

import argparse
import os

from emulator import daemon, paths, ports
from emulator.connection import Connection
from emulator.subprocesses import run_command
from scripts.base import locks
from scripts.base.command import run
from scripts.base.errors import RefusedError
from scripts.base.project import Project, check_environment

REFUSED = RefusedError.exit_code


def main(arguments: list[str]) -> int:
    """Bring one environment up; harmless to run again."""
    parser = argparse.ArgumentParser(prog="make up", description=__doc__)
    parser.add_argument("environment", metavar="ENV")
    parser.add_argument("--port", type=int, help="loopback port of its load balancer (free one)")
    options = parser.parse_args(arguments)
    environment = check_environment(options.environment)
    with locks.held(paths.COMMAND_LOCK, f"make up {environment} (pid {os.getpid()})"):
        connection = daemon.start()
        if options.port:
            ports.reserve(f"{Project.load().name}-{environment}", options.port)
        code = run_command(connection, "scripts", "bootstrap")
    if code:
        return code
    return _deploy(connection, environment)


def _deploy(connection: Connection, environment: str) -> int:
    code = run_command(connection, "scripts", "deploy", environment)
    if code == REFUSED:
        # A held environment is up too, at what it was held at.
        run_command(connection, "scripts", "url", environment)
    return code


if __name__ == "__main__":
    run(main)
