"""`systemctl` of a machine: asks the machine's init."""

import argparse
import os
import sys
from pathlib import Path

from stage.machines.disk import Disk
from stage.machines.init.control import ask
from stage.machines.init.manager import Request


def run() -> None:
    """Carry out the command line and exit with systemctl's status."""
    parser = argparse.ArgumentParser("systemctl")
    parser.add_argument("verb")
    parser.add_argument("units", nargs="*")
    parser.add_argument("--now", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("-p", "--property", action="append", default=[])
    parser.add_argument("--value", action="store_true")
    parser.add_argument("--no-pager", action="store_true", help="never paged here")
    parser.add_argument("-n", "--lines", help="status shows no journal here")
    options = parser.parse_intermixed_args()
    properties = tuple(name for given in options.property for name in given.split(","))
    request = Request(options.verb, options.units, options.now, properties, options.value)
    try:
        answer = ask(Disk(Path(os.environ["STAGE_MACHINE"])), request)
    except (OSError, ValueError) as error:
        sys.exit(f"Failed to connect to bus: {error}")
    if answer.error:
        sys.stderr.write(f"{answer.error}\n")
    if answer.out and not options.quiet:
        sys.stdout.write(f"{answer.out}\n")
    sys.exit(answer.code)
