"""The environment of everything that acts on the emulator: an allow-list, whatever the shell holds.

An inherited profile, endpoint or credential of AWS could take a command to a real account, and
`AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` would make every client ignore the emulator's endpoint.

`eval "$(python -m emulator.environment)"` gives a shell of one's own the same environment.
"""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from emulator import paths
from emulator.connection import Connection, require
from scripts.base.command import run
from scripts.base.console import output
from scripts.base.project import ROOT, Project

INHERITED = (
    *("HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR"),
    *("TERM", "COLUMNS", "NO_COLOR"),
    *("SLIPWAY_PROVIDER_MIRROR", "EMULATOR_CLOCK"),
)
"""What a command may know of the shell that called it."""

STUBS = ROOT / "emulator" / "machines" / "stubs"


UNCONNECTED = "123456789012"
"""The account of a clone that is not connected to AWS."""


def account_of(project: Project, words: Sequence[str]) -> str:
    """Return the account that a command acts in: of the environment that it names, or the images'.

    Args:
        project: the project.
        words: of the command.
    """
    named = [one.account_id for one in project.environments if one.name in words]
    return next(filter(None, [*named, project.registry_account_id]), UNCONNECTED)


def emulator_environment(connection: Connection, account_id: str) -> dict[str, str]:
    """Environment of a command that acts on the emulator, complete.

    Args:
        connection: the emulator.
        account_id: whose administrator the command is.
    """
    region = Project.load().region
    return {
        **base_environment(),
        "AWS_ENDPOINT_URL": connection.endpoint,
        "AWS_ACCESS_KEY_ID": account_id,
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "SLIPWAY_WORK_DIR": str(paths.WORK),
        "EMULATOR_REGISTRY_DIR": str(paths.REGISTRY),
    }


def base_environment() -> dict[str, str]:
    """What the daemon and every command share: no trace of the caller's AWS settings."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    path = [str(STUBS), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    return {
        **inherited,
        "PATH": os.pathsep.join(path),
        "AWS_CONFIG_FILE": str(paths.EMPTY),
        "AWS_SHARED_CREDENTIALS_FILE": str(paths.EMPTY),
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
    }


def main(arguments: list[str]) -> int:
    """Print the environment as lines that a shell can evaluate; for ENV's account, if named."""
    account = account_of(Project.load(), arguments)
    for name, value in emulator_environment(require(), account).items():
        output(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    run(main)
