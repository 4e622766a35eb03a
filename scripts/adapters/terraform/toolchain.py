"""The pinned Terraform and its provider, from where this machine can get them."""

import os
import re
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from scripts.adapters.terraform.find_provider import (
    OPT,
    PROVIDER,
    find_mirror,
    holds_provider,
    is_packed,
    locked_version,
    registry_answers,
)
from scripts.adapters.terraform.install_terraform import find_terraform
from scripts.base import locks
from scripts.base.errors import RefusedError, UsageError
from scripts.base.project import ROOT

TOOLS = ROOT / ".tools"
"""What the targets install; `make down` leaves it, so a provider is downloaded once a clone."""

PLUGINS = TOOLS / "plugins"
"""Terraform's plugin cache, for providers that come as an archive."""

MIRROR_VARIABLE = "SLIPWAY_PROVIDER_MIRROR"
LOCK_FILE = ROOT / "infra" / "bootstrap" / ".terraform.lock.hcl"
"""Any root's would do: a test keeps them equal."""

FROM_MIRROR = """\
provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{provider}"]
  }}
  direct {{
    exclude = ["{provider}"]
  }}
}}
"""
FROM_REGISTRY = """\
provider_installation {
  direct {}
}
"""


@cache
def terraform_binary() -> Path:
    """Return the pinned Terraform, downloading it where PATH does not hold it.

    Raises:
        RefusedError: it is neither on PATH nor to be downloaded.
    """
    return find_terraform(ROOT, TOOLS)


def init_lock() -> AbstractContextManager[int]:
    """Return the lock that every `terraform init` holds.

    Two that fill one plugin cache at the same time spoil it (Terraform's documentation).
    """
    return locks.held(TOOLS / "init.lock", f"terraform init (pid {os.getpid()})")


@cache
def terraform_environment() -> dict[str, str]:
    """Variables to add to the environment of every Terraform that is started.

    Raises:
        UsageError: SLIPWAY_PROVIDER_MIRROR names a folder without the provider.
        RefusedError: the registry cannot be reached and no mirror holds the provider.
    """
    version = locked_version(LOCK_FILE)
    configuration = TOOLS / "terraform.tfrc"
    mirror = _mirror(version, configuration)
    _write(configuration, FROM_REGISTRY if mirror is None else from_mirror(mirror))
    variables = {"TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1"}
    if mirror is None or is_packed(mirror, version):
        PLUGINS.mkdir(parents=True, exist_ok=True)
        variables["TF_PLUGIN_CACHE_DIR"] = str(PLUGINS)
    return variables


def from_mirror(mirror: Path) -> str:
    """Terraform's own settings for installing the provider from a mirror."""
    return FROM_MIRROR.format(mirror=mirror, provider=PROVIDER)


def _mirror(version: str | None, configuration: Path) -> Path | None:
    """Return the mirror to install from; None means the public registry."""
    given = os.environ.get(MIRROR_VARIABLE)
    if given:
        return _given(Path(given).resolve(), version)
    remembered = _remembered(configuration)
    if remembered and holds_provider(remembered, version):
        return remembered
    # What was downloaded before needs no answer of the registry.
    if holds_provider(PLUGINS, version) or registry_answers():
        return None
    return _search(version)


def _given(mirror: Path, version: str | None) -> Path:
    if not holds_provider(mirror, version):
        raise UsageError(
            f"{MIRROR_VARIABLE} names a folder without the AWS provider",
            which=f"{mirror}: {PROVIDER} {version or ''} for this machine",
            next_step="Fill it with: terraform providers mirror FOLDER",
        )
    return mirror


def _remembered(configuration: Path) -> Path | None:
    """Return the mirror that was found the last time, so that later commands need no search."""
    try:
        found = re.search(r'path    = "(.+)"', configuration.read_text())
    except FileNotFoundError:
        return None
    return Path(found.group(1)) if found else None


def _write(configuration: Path, text: str) -> None:
    configuration.parent.mkdir(parents=True, exist_ok=True)
    # Commands run side by side: none may read half of it.
    draft = configuration.with_suffix(f".{os.getpid()}")
    draft.write_text(text)
    draft.replace(configuration)


def _search(version: str | None) -> Path:
    mirror = find_mirror(version, os.environ, OPT)
    if mirror is None:
        raise RefusedError(
            "Terraform's AWS provider cannot be installed",
            which=f"{PROVIDER} {version or ''}: no answer from the registry, no mirror here",
            next_step=f"Set {MIRROR_VARIABLE} to what `terraform providers mirror` made elsewhere.",
        )
    return mirror
