"""`make up`: the platform on this machine, from nothing to an answering URL."""

import argparse
import os

from emulator import daemon, paths, ports
from emulator.connection import Connection
from emulator.environment import account_of
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
    environment, project = check_environment(options.environment), Project.load()
    with locks.held(paths.COMMAND_LOCK, f"make up {environment} (pid {os.getpid()})"):
        connection = daemon.start()
        if options.port:
            ports.reserve(f"{project.name}-{environment}", options.port)
        # The account of the images first: the other one's instances pull from it.
        accounts = [account_of(project, ()), account_of(project, (environment,))]
        for account in dict.fromkeys(accounts):
            if code := run_command(connection, account, "scripts", "bootstrap"):
                return code
    return _deploy(connection, accounts[-1], environment)


def _deploy(connection: Connection, account: str, environment: str) -> int:
    code = run_command(connection, account, "scripts", "deploy", environment)
    if code == REFUSED:
        # A held environment is up too, at what it was held at.
        run_command(connection, account, "scripts", "url", environment)
    return code


if __name__ == "__main__":
    run(main)
