"""Find the pinned Terraform, or download it and check it against its published checksum.

`.terraform-version` holds the pin (tfenv, asdf and mise read the same file) and
`requirements/terraform.sha256` the lines of the vendor's SHA256SUMS for the platforms that the
provider's lock file covers.
"""

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from scripts.base.console import step
from scripts.base.errors import RefusedError

RELEASES = "https://releases.hashicorp.com/terraform"
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
TIMEOUT_SECONDS = 60


def pinned_version(root: Path) -> str:
    """Version of Terraform that the repository is written for."""
    return (root / ".terraform-version").read_text().strip()


def platform_name() -> str:
    """This machine as Terraform names it: `linux_amd64`."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{MACHINES.get(machine, machine)}"


def version_of(binary: Path) -> str | None:
    """Version that a Terraform binary reports, None where it cannot be run."""
    # A TF_CLI_CONFIG_FILE of the shell may name a file that does not exist.
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    try:
        answer = subprocess.run(
            [binary, "version", "-json"],
            env={**quiet, "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            check=True,
            timeout=TIMEOUT_SECONDS,
        )
        return str(json.loads(answer.stdout)["terraform_version"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None


def find_terraform(root: Path, tools: Path) -> Path:
    """Return a binary of the pinned version: from PATH, from `tools`, or downloaded into it.

    Raises:
        RefusedError: there is none on PATH, and it cannot be downloaded or is not what was
            published.
    """
    version = pinned_version(root)
    on_path = shutil.which("terraform")
    if on_path and version_of(Path(on_path)) == version:
        return Path(on_path)
    installed = tools / f"terraform-{version}" / "terraform"
    if not installed.exists():
        with step(f"downloading Terraform {version}"):
            _install(version, _checksum(root, version), installed)
    return installed


def _checksum(root: Path, version: str) -> str:
    archive = archive_name(version)
    for line in (root / "requirements" / "terraform.sha256").read_text().splitlines():
        checksum, _, name = line.partition("  ")
        if name == archive:
            return checksum
    raise RefusedError(
        f"Terraform {version} is not on PATH, and its download cannot be checked",
        which=f"requirements/terraform.sha256 has no line for {archive}",
        next_step=f"Put terraform {version} on PATH, or add the line of its published SHA256SUMS.",
    )


def archive_name(version: str) -> str:
    """Name of the vendor's archive for this machine."""
    return f"terraform_{version}_{platform_name()}.zip"


def _install(version: str, checksum: str, target: Path) -> None:
    url = f"{RELEASES}/{version}/{archive_name(version)}"
    advice = f"Put terraform {version} on PATH, or run this again where the address answers."
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
            archive = answer.read()
    except OSError as error:
        raise RefusedError(
            f"Terraform {version} is not on PATH and cannot be downloaded",
            which=f"{url}: {error}",
            next_step=advice,
        ) from error
    unpack(archive, checksum, target)


def unpack(archive: bytes, checksum: str, target: Path) -> None:
    """Check an archive and put the binary that it holds at `target`, whole or not at all.

    Raises:
        RefusedError: the archive's SHA-256 is not `checksum`.
    """
    found = hashlib.sha256(archive).hexdigest()
    if found != checksum:
        raise RefusedError(
            "the downloaded Terraform is not the published one",
            which=f"SHA-256 {found}, published {checksum}",
            next_step="Nothing was installed. The download was altered; check your proxy.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            draft = Path(files.extract("terraform", scratch))
        draft.chmod(0o755)
        draft.replace(target)
