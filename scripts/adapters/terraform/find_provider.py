"""Where Terraform's AWS provider comes from: the public registry, or a mirror on this machine.

A machine that cannot reach the registry may have the provider in one of the directories that
Terraform documents as implied local mirrors, or in a folder of /opt. Whatever is found, the
checksums in the lock files decide whether Terraform accepts it.

Source: https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
"""

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.adapters.terraform.install_terraform import platform_name

REGISTRY = "registry.terraform.io"
PROVIDER = f"{REGISTRY}/hashicorp/aws"
DISCOVERY = f"https://{REGISTRY}/.well-known/terraform.json"
PROBE_SECONDS = 3.0

OPT = Path("/opt")
"""Where administrators put what no package manager brought (Filesystem Hierarchy Standard)."""


def locked_version(lock_file: Path) -> str | None:
    """Version of the AWS provider in a dependency lock file, None where there is none."""
    try:
        text = lock_file.read_text()
    except FileNotFoundError:
        return None
    found = re.search(rf'provider "{re.escape(PROVIDER)}" \{{\s+version\s+= "([^"]+)"', text)
    return found.group(1) if found else None


def registry_answers(url: str = DISCOVERY, seconds: float = PROBE_SECONDS) -> bool:
    """Whether the public registry can be reached, decided within `seconds`."""
    answers: list[bool] = []

    def probe() -> None:
        try:
            with urllib.request.urlopen(url, timeout=seconds) as answer:
                answers.append(answer.status == 200)
        except (OSError, urllib.error.URLError):
            answers.append(False)

    # A timeout of urlopen does not bound the look-up of the name; a thread left behind does.
    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(seconds)
    return answers == [True]


def holds_provider(mirror: Path, version: str | None) -> bool:
    """Whether a directory is a mirror with the provider for this machine, packed or unpacked.

    Args:
        mirror: a directory in the layout of `terraform providers mirror`.
        version: the version wanted, None for any.
    """
    unpacked = f"{version or '*'}/{platform_name()}/terraform-provider-aws*"
    return any((mirror / PROVIDER).glob(unpacked)) or is_packed(mirror, version)


def is_packed(mirror: Path, version: str | None) -> bool:
    """Whether a mirror holds the provider as an archive, which every `init` would unpack anew."""
    archive = f"terraform-provider-aws_{version or '*'}_{platform_name()}.zip"
    return any((mirror / PROVIDER).glob(archive))


def find_mirror(version: str | None, environment: Mapping[str, str], opt: Path) -> Path | None:
    """Return the first mirror on this machine that holds the provider, None where none does."""
    places = (*implied_mirrors(environment), *sorted(opt.glob("*")))
    return next((place for place in places if holds_provider(place, version)), None)


def implied_mirrors(environment: Mapping[str, str]) -> Iterator[Path]:
    """Directories in which Terraform itself looks first, on Linux and macOS."""
    home = Path(environment.get("HOME", "/"))
    yield home / ".terraform.d" / "plugins"
    yield Path(environment.get("XDG_DATA_HOME") or home / ".local/share") / "terraform/plugins"
    for shared in (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"):
        yield Path(shared) / "terraform" / "plugins"
    for library in (home / "Library", Path("/Library")):
        yield library / "Application Support" / "io.terraform" / "plugins"
