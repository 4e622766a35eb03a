"""`logger` of a machine: what it is told shows on the console."""

import argparse
import os
import sys
from pathlib import Path

from emulator.machines.disk import Disk


def run() -> None:
    """Append the message, or each line of standard input, to the console."""
    parser = argparse.ArgumentParser("logger")
    parser.add_argument("-t", "--tag", default="root")
    parser.add_argument("-s", "--stderr", action="store_true")
    parser.add_argument("message", nargs="*")
    options = parser.parse_args()
    lines = [" ".join(options.message)] if options.message else sys.stdin.read().splitlines()
    with Disk(Path(os.environ["EMULATOR_MACHINE"])).console.open("a") as console:
        for line in lines:
            console.write(f"{options.tag}: {line}\n")
            if options.stderr:
                sys.stderr.write(f"{options.tag}: {line}\n")
