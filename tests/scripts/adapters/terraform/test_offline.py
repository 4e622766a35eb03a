"""A provider that runs for others: what they are told, and that it never outlives its owner."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.adapters.terraform import offline, toolchain
from scripts.adapters.terraform.find_provider import PROVIDER
from scripts.adapters.terraform.offline import running_provider
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT

SAYS = """echo "$$" > "$PID"; echo "
	TF_REATTACH_PROVIDERS='{\\"x\\": {}}'
"; exec sleep 60"""
TERRAFORM = f"""#!/bin/sh
echo "$@" > "$ASKED"
[ -z "$REFUSED" ] || {{ echo "$REFUSED" >&2; exit 1; }}
folder="$TF_DATA_DIR/providers/{PROVIDER}/5.1.2/linux_amd64"
mkdir -p "$folder"
ln -s "$BINARY" "$folder/terraform-provider-aws_v5.1.2_x5"
"""


def executable(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def provider(path: Path, does: str) -> None:
    executable(path / "provider", f"#!/bin/sh\n{does}\n")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose Terraform installs a script as its provider."""
    terraform = executable(tmp_path / "terraform", TERRAFORM)
    monkeypatch.setattr(offline, "terraform_binary", lambda: terraform)
    monkeypatch.setattr(offline, "terraform_environment", lambda: {"CHECKPOINT_DISABLE": "1"})
    monkeypatch.setattr(toolchain, "TOOLS", tmp_path / ".tools")
    for name, value in {"BINARY": "provider", "ASKED": "asked", "PID": "pid"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.delenv("REFUSED", raising=False)
    provider(tmp_path, SAYS)
    return tmp_path


def pid(machine: Path) -> int:
    return int((machine / "pid").read_text())


def is_running(number: int) -> bool:
    # One whose parent was killed may stay as a zombie, for as long as nobody asks how it ended.
    said = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(number)], check=False, capture_output=True, text=True
    )
    return said.stdout.strip()[:1] not in ("", "Z")


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_terraform_is_told_where_it_listens_for_as_long_as_it_is_used(machine: Path) -> None:
    with running_provider(machine) as variables:
        assert variables["TF_REATTACH_PROVIDERS"] == '{"x": {}}'
        assert variables["CHECKPOINT_DISABLE"] == "1"
        assert is_running(pid(machine))
    assert not is_running(pid(machine))


def test_it_ends_when_what_it_is_used_for_fails(machine: Path) -> None:
    with pytest.raises(KeyError), running_provider(machine):
        raise KeyError
    assert not is_running(pid(machine))


def test_its_version_and_checksum_are_those_of_the_lock_file(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFUSED", "Error: the cached package does not match any of the checksums")
    with (
        pytest.raises(SlipwayError, match="does not match any of the checksums"),
        running_provider(machine),
    ):
        pass
    asked = (machine / "asked").read_text().split()
    assert asked[:2] == [f"-chdir={machine}", "init"]
    assert "-lockfile=readonly" in asked
    assert not (machine / "pid").exists()


def test_one_that_ends_at_once_shows_its_last_words(machine: Path) -> None:
    provider(machine, "seq 100; echo no room left >&2; exit 3")
    with pytest.raises(SlipwayError, match="did not start") as failed, running_provider(machine):
        pass
    assert failed.value.which[-1] == "no room left"
    assert len(failed.value.which) == 15
    assert f"{machine}/provider -debug" in failed.value.next_step


@pytest.mark.timeout(30)
def test_one_that_says_nothing_is_not_waited_for_for_ever(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "START_SECONDS", 1)
    provider(machine, 'echo "$$" > "$PID"; exec sleep 60')
    with pytest.raises(SlipwayError, match="it said nothing"), running_provider(machine):
        pass
    assert not is_running(pid(machine))


KILLED = """
    import sys, time
    from pathlib import Path
    from scripts.adapters.terraform import offline, toolchain

    machine = Path(sys.argv[1])
    offline.terraform_binary = lambda: machine / "terraform"
    offline.terraform_environment = lambda: {}
    toolchain.TOOLS = machine / ".tools"
    with offline.running_provider(machine):
        (machine / "used").touch()
        time.sleep(60)
"""


def test_it_ends_when_its_owner_is_killed(machine: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(machine)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(machine)},
    )
    wait_for((machine / "used").exists)
    assert is_running(pid(machine))
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    wait_for(lambda: not is_running(pid(machine)))
