"""`dnf` of a machine: knows one package, Docker, whose commands are the emulator's stub."""

import argparse
import os
import sys
from pathlib import Path

from emulator.machines.disk import Disk

DOCKER_UNIT = """\
[Unit]
Description=Docker Application Container Engine

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={tools}/touch {docker}/running
ExecStop={tools}/rm -f {docker}/running

[Install]
WantedBy=multi-user.target
"""


def run() -> None:
    """Install packages."""
    parser = argparse.ArgumentParser("dnf")
    parser.add_argument("verb", choices=("install",))
    parser.add_argument("packages", nargs="+")
    parser.add_argument("-y", "--assumeyes", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    options = parser.parse_intermixed_args()
    if not options.assumeyes:
        sys.exit("Operation aborted: nobody is there to answer, say --assumeyes.")
    for package in options.packages:
        if package != "docker":
            sys.exit(f"Error: Unable to find a match: {package} (the emulator knows docker only)")
    disk = Disk(Path(os.environ["EMULATOR_MACHINE"]))
    disk.install_command("docker", "emulator.machines.docker.cli")
    unit = DOCKER_UNIT.format(tools=disk.tools, docker=disk.docker)
    (disk.package_units / "docker.service").write_text(unit)
