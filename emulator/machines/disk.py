"""A machine's disk: one directory, laid out as the parts of an instance's disk that are used."""

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.base.project import ROOT

# What a bare Amazon Linux has of the tools that a boot script may use. Docker is not among them,
# whatever this computer has: a machine finds only what is on its own PATH.
SYSTEM_TOOLS = """
awk base64 basename bash cat chmod chown cp curl cut date dirname echo env expand expr false find
grep gzip head hostname id kill ln ls md5sum mkdir mktemp mv printf ps readlink realpath rm rmdir
sed seq sh sha256sum sleep sort stat tail tar tee test timeout touch tr true uname uniq wc xargs
"""

GUEST_COMMANDS = ("dnf", "journalctl", "logger", "systemctl")


@dataclass(frozen=True)
class Disk:
    """Paths below a machine's directory."""

    root: Path

    @property
    def tools(self) -> Path:
        """The only directory on the machine's PATH."""
        return self.root / "usr/bin"

    @property
    def units(self) -> Path:
        """Unit files that the machine's own scripts write."""
        return self.root / "etc/systemd/system"

    @property
    def package_units(self) -> Path:
        """Unit files that packages bring."""
        return self.root / "usr/lib/systemd/system"

    @property
    def journal(self) -> Path:
        """One file per unit: what it wrote on stdout and stderr."""
        return self.root / "var/log/journal"

    @property
    def docker(self) -> Path:
        """Images and containers."""
        return self.root / "var/lib/docker"

    @property
    def console(self) -> Path:
        """What the machine's console shows."""
        return self.root / "console.log"

    @property
    def user_data(self) -> Path:
        """The user data, as cloud-init keeps it."""
        return self.root / "var/lib/cloud/user-data"

    @property
    def booted(self) -> Path:
        """There once the user data runs."""
        return self.root / "run/booted"

    def create(self, user_data: bytes) -> None:
        """Lay out an empty disk with the user data on it."""
        for directory in (
            *(self.tools, self.units, self.package_units, self.journal, self.docker),
            *(self.user_data.parent, self.booted.parent),
            *(self.root / name for name in ("root", "tmp", "etc/app")),
        ):
            directory.mkdir(parents=True)
        self.user_data.write_bytes(user_data)
        (self.root / "etc/empty").touch()

    def environment(
        self, *, port: int, endpoint_url: str, metadata_url: str, registry: Path
    ) -> dict[str, str]:
        """What the machine's processes find in their environment, complete.

        The first four and the names of the emulator are what a bare process needs; the others are
        production's defaults turned to this directory, which `user_data.sh` knows.
        """
        return {
            "PATH": str(self.tools),
            "HOME": str(self.root / "root"),
            "LANG": "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8",
            "TMPDIR": str(self.root / "tmp"),
            "AWS_ENDPOINT_URL": endpoint_url,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata_url,
            "AWS_CONFIG_FILE": str(self.root / "etc/empty"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.root / "etc/empty"),
            "SYSTEMD_DIR": str(self.units),
            "LOG_FILE": str(self.root / "var/log/app-boot.log"),
            "CONFIG_DIR": str(self.root / "etc/app"),
            "HOST_PORT": str(port),
            "EMULATOR_MACHINE": str(self.root),
            "EMULATOR_DOCKER_DIR": str(self.docker),
            "EMULATOR_REGISTRY_DIR": str(registry),
        }

    def install_tools(self) -> None:
        """Put on the machine's PATH what a freshly launched instance has."""
        for name in SYSTEM_TOOLS.split():
            found = shutil.which(name)
            if found:
                (self.tools / name).symlink_to(found)
        (self.tools / "aws").symlink_to(Path(sys.executable).parent / "aws")
        for name in GUEST_COMMANDS:
            # They need no packages: -S starts the interpreter in half the time.
            self.install_command(name, f"emulator.machines.guest.{name}", "-S")

    def install_command(self, name: str, module: str, *options: str) -> None:
        """Put a command on PATH that runs a Python module of the emulator.

        Args:
            name: of the command.
            module: one with a function `run`.
            options: of the interpreter.
        """
        start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from {module} import run; run()"
        command = shlex.join([sys.executable, "-I", *options, "-c", start])
        path = self.tools / name
        path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        path.chmod(0o755)

    def discard(self) -> None:
        """Throw away what nobody reads after the machine's end; console and logs stay."""
        shutil.rmtree(self.docker, ignore_errors=True)
        shutil.rmtree(self.tools, ignore_errors=True)
