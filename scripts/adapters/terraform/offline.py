"""One AWS provider for many Terraform commands that configure none: mocked tests and validate.

Each command, and each `run` block of a test, would start a provider of its own: more than a second
of CPU. One in debug mode serves every Terraform that is told where it listens, several at a time.
A real plan never goes this way: what a provider is configured with belongs to its process.

Source: https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.adapters.terraform.find_provider import PROVIDER
from scripts.adapters.terraform.toolchain import (
    init_lock,
    terraform_binary,
    terraform_environment,
)
from scripts.base.errors import SlipwayError

START_SECONDS = 60.0
"""A quiet machine needs one; the binary may have to come from a cold disk."""

ATTACH = "TF_REATTACH_PROVIDERS"
SAID = re.compile(rf"^\s*{ATTACH}='(.+)'$", re.MULTILINE)
# The provider reads nothing, so a shell beside it waits for the end of the pipe, which comes
# however the one who holds it ends.
UNTIL_THE_PIPE_ENDS = 'exec 3<&0; (read -r _ <&3; kill -9 $$) & exec "$0" -debug </dev/null 3<&-'


@contextmanager
def running_provider(folder: Path) -> Iterator[dict[str, str]]:
    """Run the provider that a configuration is locked to.

    An attached Terraform asks neither for a provider's version nor for its checksum. Both are
    compared with the lock file here, by an `init` that is not attached and leaves nothing behind.

    Args:
        folder: the configuration, with its lock file.

    Yields:
        Variables to add to the environment of every Terraform that is to be attached.

    Raises:
        SlipwayError: Terraform refuses the configuration or its lock file, or the provider does not
            start; the last lines of either are shown.
    """
    with tempfile.TemporaryDirectory(prefix="terraform-") as name:
        scratch = Path(name)
        binary = _install(folder, scratch)
        log = scratch / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["sh", "-c", UNTIL_THE_PIPE_ENDS, binary],
                env={
                    **os.environ,
                    "TMPDIR": name,  # where it leaves its socket
                    "TF_LOG_SDK": "off",  # in debug mode it traces every call
                    "AWS_EC2_METADATA_DISABLED": "true",  # a test without a mock fails at once
                },
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        # Leaving it closes the pipe and waits for the process.
        with process:
            yield {
                **terraform_environment(),
                ATTACH: _address(process, log, binary),
                "GOGC": "400",  # a quarter of its CPU went into collecting the provider's schema
            }


def _install(folder: Path, scratch: Path) -> Path:
    """Return the provider's binary, of the locked version and content."""
    data = scratch / "data"
    with init_lock():
        done = subprocess.run(
            [
                *(terraform_binary(), f"-chdir={folder}", "init", "-backend=false"),
                *("-input=false", "-lockfile=readonly", "-no-color"),
            ],
            env={**os.environ, **terraform_environment(), "TF_DATA_DIR": str(data)},
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    if done.returncode:
        raise SlipwayError("terraform init failed", which=done.stderr.strip())
    return next((data / "providers" / PROVIDER).glob("*/*/terraform-provider-aws*")).resolve()


def _address(process: subprocess.Popen[bytes], log: Path, binary: Path) -> str:
    """Return where the provider listens, as Terraform wants to be told."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if found := SAID.search(log.read_text(errors="replace")):
            return found.group(1)
        time.sleep(0.05)
    raise SlipwayError(
        "Terraform's AWS provider did not start",
        which=log.read_text(errors="replace").splitlines()[-15:] or "it said nothing",
        next_step=f"Try it by hand: {binary} -debug",
    )
