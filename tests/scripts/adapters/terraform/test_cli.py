"""The runner of Terraform, with a stand-in for the binary."""

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.adapters.terraform import cli, interrupting, toolchain
from scripts.adapters.terraform.cli import Backend, Terraform
from scripts.base import locks
from scripts.base.errors import SlipwayError, UnknownStateError
from scripts.base.project import ROOT, environments
from scripts.workflow_steps import end_terraform

BINARY = """\
#!/bin/sh
echo "$@" >> "$CALLS"
echo "$TF_DATA_DIR" > "$CALLS.data"
eval "$ON_RUN"
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terraform:
    binary = tmp_path / "terraform"
    binary.write_text(BINARY)
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(cli, "terraform_binary", lambda: binary)
    monkeypatch.setattr(cli, "terraform_environment", lambda: {"CHECKPOINT_DISABLE": "1"})
    monkeypatch.setattr(toolchain, "TOOLS", tmp_path / "tools")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("ON_RUN", "exit 0")
    folder = tmp_path / "root"
    folder.mkdir()
    (tmp_path / "calls").touch()
    return Terraform(
        folder, tmp_path / "work", Backend("bucket", "dev/terraform.tfstate", "eu-central-1")
    )


def calls(root: Terraform) -> list[str]:
    return (root.folder.parent / "calls").read_text().splitlines()


def test_the_working_folder_is_where_the_environment_says(monkeypatch):
    monkeypatch.delenv("SLIPWAY_WORK_DIR", raising=False)
    assert cli.work_folder("dev") == ROOT / ".work" / "dev"
    monkeypatch.setenv("SLIPWAY_WORK_DIR", "/elsewhere")
    assert cli.work_folder("dev") == Path("/elsewhere/dev")


def test_init_names_the_bucket_and_keeps_the_lock_file_as_it_is(root):
    with root.exclusive():
        root.init("stamp")
    (call,) = calls(root)
    assert "-lockfile=readonly" in call
    assert "-backend-config=bucket=bucket" in call
    assert "-backend-config=key=dev/terraform.tfstate" in call
    assert "-backend-config=region=eu-central-1" in call
    data = (root.folder.parent / "calls.data").read_text().strip()
    assert data == str(root.work / "data")


def test_init_is_done_again_only_for_another_configuration(root):
    with root.exclusive():
        root.init("one")
        root.init("one")
        assert len(calls(root)) == 1
        root.init("two")
        assert len(calls(root)) == 2


def test_an_init_that_failed_is_done_again(root, monkeypatch):
    monkeypatch.setenv("ON_RUN", "exit 1")
    with root.exclusive():
        for _ in range(2):
            with pytest.raises(SlipwayError):
                root.init("one")
    assert len(calls(root)) == 2


@pytest.mark.parametrize(("code", "changes"), [(0, False), (2, True)])
def test_a_plan_says_whether_anything_changes(root, monkeypatch, code, changes):
    monkeypatch.setenv("ON_RUN", f"exit {code}")
    with root.exclusive():
        assert root.plan() is changes
    (call,) = calls(root)
    assert {"-input=false", "-detailed-exitcode", "-json"} <= set(call.split())


def test_an_apply_takes_the_plan_that_was_made(root, monkeypatch):
    with root.exclusive():
        root.plan_file.parent.mkdir(exist_ok=True)
        root.plan_file.touch()
        root.apply()
    (call,) = calls(root)
    assert call.endswith(str(root.plan_file))
    assert "-auto-approve" not in call
    assert not root.plan_file.exists()


def test_an_error_is_shown_with_its_resource_and_place(root, monkeypatch):
    diagnostic = {
        "severity": "error",
        "summary": "Unsupported argument",
        "address": "aws_vpc.this",
        "detail": 'An argument named "cidr" is not expected here.',
        "range": {"filename": "main.tf", "start": {"line": 7}},
    }
    message = json.dumps({"type": "diagnostic", "diagnostic": diagnostic})
    monkeypatch.setenv("ON_RUN", f"echo '{message}'; exit 1")
    with root.exclusive(), pytest.raises(SlipwayError) as caught:
        root.plan()
    for words in ("terraform plan failed", "Unsupported argument", "aws_vpc.this", "main.tf:7"):
        assert words in str(caught.value)


def test_an_error_that_is_no_message_is_shown_as_it_is(root, monkeypatch):
    monkeypatch.setenv("ON_RUN", "echo 'panic: oh' >&2; exit 11")
    with root.exclusive(), pytest.raises(SlipwayError, match="terraform plan failed") as caught:
        root.plan()
    assert "panic: oh" in str(caught.value)
    assert "No resource was changed." in caught.value.next_step


def test_a_failed_apply_says_what_it_had_done(root, monkeypatch):
    done = {
        "type": "apply_complete",
        "hook": {"resource": {"addr": "a.b"}, "action": "delete", "elapsed_seconds": 1},
    }
    monkeypatch.setenv("ON_RUN", f"echo '{json.dumps(done)}'; exit 1")
    with root.exclusive(), pytest.raises(SlipwayError) as caught:
        root.apply()
    assert "Before it failed: 1 destroyed." in caught.value.next_step


def test_what_init_said_before_its_error_is_left_out(root, monkeypatch):
    log = "Initializing the backend...\nSuccessfully configured\n\nError: No provider"
    monkeypatch.setenv("ON_RUN", f"printf '{log}'; exit 1")
    with root.exclusive(), pytest.raises(SlipwayError) as caught:
        root.init("stamp")
    assert caught.value.which == ["Error: No provider"]


def test_progress_is_shown_while_it_runs(root, monkeypatch, capfd):
    hook = {"resource": {"addr": "aws_lb.this"}, "action": "create", "elapsed_seconds": 61}
    message = json.dumps({"type": "apply_complete", "hook": hook})
    monkeypatch.setenv("ON_RUN", f"echo '{message}'")
    with root.exclusive():
        root.run("apply")
    assert "aws_lb.this: created in 61 s" in capfd.readouterr().err


def test_terraform_is_not_run_without_the_folders_lock(root):
    with pytest.raises(ValueError, match="exclusive"):
        root.run("plan")


KILLED = """
    import sys
    from pathlib import Path
    from scripts.adapters.terraform import cli
    from scripts.adapters.terraform.cli import Terraform

    cli.terraform_binary = lambda: Path(sys.argv[1])
    cli.terraform_environment = lambda: {}
    root = Terraform(Path(sys.argv[2]), Path(sys.argv[3]), None)
    with root.exclusive():
        root.run("apply")
"""


def started(root: Terraform, script: str) -> "subprocess.Popen[bytes]":
    """A command of its own whose Terraform runs a script."""
    environment = {**os.environ, "ON_RUN": script}
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(KILLED),
            str(root.folder.parent / "terraform"),
            str(root.folder),
            str(root.work),
        ],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )


def test_a_killed_command_leaves_terraform_to_finish_and_the_next_one_waits(root):
    began, go, ended = (root.folder.parent / name for name in ("began", "go", "ended"))
    command = started(
        root, f"touch {began}; until [ -e {go} ]; do sleep 0.05; done; echo x; touch {ended}"
    )
    wait_for(began.exists)
    os.killpg(command.pid, signal.SIGKILL)
    command.wait()

    try:
        assert locks.is_held(root.work / "lock")
        assert not ended.exists()
    finally:
        go.touch()
    with root.exclusive():
        assert ended.exists()


@pytest.fixture
def working(root: Terraform) -> Iterator["subprocess.Popen[bytes]"]:
    """A command whose Terraform notes each interrupt, and ends a second after the first."""
    began, noted, saved = (root.folder.parent / name for name in ("began", "noted", "saved"))
    command = started(
        root,
        f"trap 'echo x >> {noted}' INT; touch {began}; "
        f"until [ -e {noted} ]; do sleep 0.05; done; sleep 1; touch {saved}",
    )
    wait_for(began.exists)
    yield command
    command.kill()
    command.wait()


def interrupts(root: Terraform) -> int:
    noted = root.folder.parent / "noted"
    return len(noted.read_text().splitlines()) if noted.exists() else 0


def test_terraform_is_interrupted_once_however_often_its_command_is(root, working):
    wait_for((root.work / interrupting.NOTE).exists)
    for _ in range(3):
        working.send_signal(signal.SIGINT)
        time.sleep(0.1)
    assert interrupting.let_end(root.work, 20)
    assert interrupts(root) == 1
    assert (root.folder.parent / "saved").exists()


def test_a_terraform_whose_command_is_gone_is_let_end_in_order(root, working):
    wait_for((root.work / interrupting.NOTE).exists)
    working.kill()
    working.wait()
    assert interrupting.let_end(root.work, 20)
    assert interrupts(root) == 1
    assert (root.folder.parent / "saved").exists()
    assert interrupting.let_end(root.work, 0), "nothing works there any more"


def test_one_that_does_not_end_is_told(root, monkeypatch):
    began, go = (root.folder.parent / name for name in ("began", "go"))
    command = started(root, f"trap '' INT; touch {began}; until [ -e {go} ]; do sleep 0.05; done")
    wait_for(began.exists)
    monkeypatch.setattr(end_terraform, "work_folder", lambda _: root.work)
    monkeypatch.setattr(end_terraform, "SECONDS", 0.5)
    try:
        with pytest.raises(UnknownStateError, match="still works, and is killed now"):
            end_terraform.main([environments()[0]])
    finally:
        go.touch()
        command.wait()
    assert end_terraform.main([environments()[0]]) == 0


def wait_for(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
