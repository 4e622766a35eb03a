"""`journalctl` of a machine: shows what a unit wrote."""

import argparse
import os
import sys
from pathlib import Path

from emulator.machines.disk import Disk


def run() -> None:
    """Print the last lines of a unit's journal."""
    parser = argparse.ArgumentParser("journalctl")
    parser.add_argument(
        "-u", "--unit", required=True, help="the emulator keeps journals by unit only"
    )
    parser.add_argument("-n", "--lines", type=int, default=10)
    parser.add_argument("-o", "--output", choices=("cat", "short"), default="cat")
    parser.add_argument("--no-pager", action="store_true", help="never paged here")
    options = parser.parse_args()
    name = options.unit if "." in options.unit else f"{options.unit}.service"
    path = Disk(Path(os.environ["EMULATOR_MACHINE"])).journal / f"{name}.log"
    if not path.exists():
        sys.stdout.write("-- No entries --\n")
        return
    lines = path.read_bytes().splitlines(keepends=True)
    sys.stdout.buffer.write(b"".join(lines[-options.lines :] if options.lines else []))
