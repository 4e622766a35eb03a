"""Machines begin, end and die as instances do."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emulator.interfaces import MachineSpec
from emulator.machines import ports, session
from emulator.machines.host import ProcessMachines
from scripts.base.project import ROOT
from tests.emulator.machines.account import EmulatedAccount, wait_for

IDLE = b"#!/bin/bash\necho hello\nsleep 600\n"

UNIT = """\
[Unit]
StartLimitIntervalSec=0
[Service]
Type=exec
ExecStart=%s
ExecStop=-%s
Restart=always
RestartSec=0.2
TimeoutStopSec=%d
[Install]
WantedBy=multi-user.target
"""


def with_unit(start: str, stop: str = "/bin/sh -c true", timeout_seconds: int = 5) -> bytes:
    """User data that keeps one unit, `worker`, running."""
    unit = UNIT % (start, stop, timeout_seconds)
    return (
        f'#!/bin/bash\nset -e\nshow() {{ echo "worker: $*"; }}\n'
        f"cat >\"$SYSTEMD_DIR/worker.service\" <<'END'\n{unit}END\n"
        "systemctl enable --now worker\nshow up\n"
    ).encode()


def running(account: EmulatedAccount, user_data: bytes, sign: str) -> str:
    """Launch a machine and wait for a sign on its console."""
    instance_id = account.launch(user_data)
    console = account.console(instance_id)
    wait_for(lambda: sign in console(), 30, console)
    return instance_id


def journal(account: EmulatedAccount, instance_id: str) -> str:
    path = account.directory / "machines" / instance_id / "var/log/journal/worker.service.log"
    return path.read_text() if path.exists() else ""


def members(account: EmulatedAccount, instance_id: str) -> list[int]:
    return session.members(account.machines.session(instance_id))


def test_a_machine_is_pending_then_running_and_after_its_end_terminated(account: EmulatedAccount):
    instance_id = account.launch(IDLE)
    assert account.machines.state(instance_id) in ("pending", "running")
    wait_for(lambda: account.machines.state(instance_id) == "running")
    wait_for(lambda: b"hello" in account.machines.console_output(instance_id))
    account.machines.terminate(instance_id)
    account.machines.terminate(instance_id)
    wait_for(lambda: account.machines.state(instance_id) == "terminated")
    assert members(account, instance_id) == []
    assert b"hello" in account.machines.console_output(instance_id)


def test_a_machine_whose_processes_were_all_killed_is_terminated(account: EmulatedAccount):
    instance_id = running(account, IDLE, "hello")
    for pid in members(account, instance_id):
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: account.machines.state(instance_id) == "terminated")


def test_nothing_survives_the_death_of_the_first_process(account: EmulatedAccount):
    instance_id = running(account, IDLE, "hello")
    os.kill(account.machines.session(instance_id), signal.SIGKILL)
    wait_for(lambda: account.machines.state(instance_id) == "terminated")
    assert members(account, instance_id) == []


def test_user_data_that_does_not_say_its_interpreter_is_not_run(account: EmulatedAccount):
    running(account, b"echo hello\n", "does not begin with #!")


def test_a_failed_user_data_leaves_the_machine_running(account: EmulatedAccount):
    instance_id = running(account, b"#!/bin/bash\nexit 3\n", "user data ended with status 3")
    assert account.machines.state(instance_id) == "running"


def test_the_console_shows_at_most_64_kb(account: EmulatedAccount):
    instance_id = running(account, b"#!/bin/bash\nseq 1 30000\n", "ended with status 0")
    output = account.machines.console_output(instance_id)
    assert len(output) == 64 * 1024
    assert b"30000" in output


def test_a_machine_finds_no_docker_whatever_this_computer_has(
    account: EmulatedAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert shutil.which("docker") == str(docker)
    running(account, b"#!/bin/bash\ncommand -v docker || echo none there\n", "none there")


def test_a_machine_inherits_nothing_of_the_environment(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    instance_id = running(account, b"#!/bin/bash\nenv\necho end\n", "end")
    console = account.console(instance_id)()
    assert "production" not in console
    assert "PYTHONPATH" not in console


def test_the_unit_is_restarted_when_it_ends_and_the_restarts_are_counted(account: EmulatedAccount):
    instance_id = running(account, with_unit("/bin/sh -c 'echo began; sleep 0.2'"), "worker: up")
    wait_for(lambda: journal(account, instance_id).count("began") >= 3)
    assert "restart counter is at 2" in journal(account, instance_id)


def test_a_shutdown_runs_execstop_and_lets_the_unit_end_by_itself(account: EmulatedAccount):
    start = "/bin/bash -c 'trap \"echo bye; exit 0\" TERM; while sleep 0.1; do :; done'"
    instance_id = running(
        account, with_unit(start, stop="/bin/sh -c 'echo stopping'"), "worker: up"
    )
    account.machines.terminate(instance_id)
    assert account.machines.state(instance_id) == "stopping"
    wait_for(lambda: account.machines.state(instance_id) == "terminated")
    lines = journal(account, instance_id).splitlines()
    assert (lines[0], lines[-1]) == ("stopping", "bye")


def test_a_unit_that_ignores_sigterm_is_killed_once_its_timeout_has_passed(
    account: EmulatedAccount,
):
    start = "/bin/bash -c 'trap \"echo no\" TERM; while sleep 0.1; do :; done'"
    instance_id = running(account, with_unit(start, timeout_seconds=1), "worker: up")
    account.machines.terminate(instance_id)
    wait_for(lambda: account.machines.state(instance_id) == "terminated")
    assert "no" in journal(account, instance_id)


def test_the_cpu_time_of_a_machine_is_that_of_its_processes(account: EmulatedAccount):
    idle = running(account, IDLE, "hello")
    busy = running(account, b"#!/bin/bash\necho hello\nwhile :; do :; done\n", "hello")
    before = account.machines.cpu_seconds()
    time.sleep(1)
    used = {id_: now - before[id_] for id_, now in account.machines.cpu_seconds().items()}
    assert used[busy] > 0.2
    assert used[idle] < 0.2
    account.machines.terminate(busy)
    wait_for(lambda: account.machines.state(busy) == "terminated")
    left = account.machines.cpu_seconds()
    assert idle in left
    assert busy not in left


def test_times_as_ps_writes_them_are_read():
    assert [session._seconds(text) for text in ("0:01.50", "02:03:04", "1-00:00:01")] == [
        1.5,
        7384,
        86401,
    ]


def test_each_machine_has_a_port_of_its_own(account: EmulatedAccount):
    ports = [account.machines.port(account.launch(IDLE)) for _ in range(5)]
    assert len(set(ports)) == 5


def test_an_instance_id_is_launched_once_only(account: EmulatedAccount):
    instance_id = account.launch(IDLE)
    account.launched -= 1
    with pytest.raises(ValueError, match=f"{instance_id} was launched before"):
        account.launch(IDLE)


DAEMON = """
import sys, time
from pathlib import Path
from emulator.interfaces import MachineSpec
from emulator.machines.host import ProcessMachines
machines = ProcessMachines(
    Path(sys.argv[1]), endpoint_url="http://127.0.0.1:1", registry=Path(sys.argv[1]), region="r-1"
)
machines.launch(MachineSpec("i-1", "1", Path(sys.argv[2]).read_bytes(), "z", None, "t", "ami"))
while b"worker: up" not in machines.console_output("i-1"):
    time.sleep(0.05)
print(machines.session("i-1"), flush=True)
time.sleep(600)
"""


def test_machines_notice_within_seconds_that_the_daemon_was_killed(
    account: EmulatedAccount, tmp_path: Path
):
    user_data = tmp_path / "user-data"
    user_data.write_bytes(with_unit("/bin/sh -c 'sleep 600; true'"))
    daemon = subprocess.Popen(
        [sys.executable, "-c", DAEMON, str(tmp_path / "machines"), str(user_data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert daemon.stdout is not None
    machine = int(daemon.stdout.readline())
    assert len(session.members(machine)) >= 2
    daemon.kill()
    daemon.wait()
    daemon.stdout.close()
    try:
        wait_for(lambda: session.members(machine) == [], 5)
    finally:
        session.kill(machine)


def test_what_outlived_its_emulator_and_its_first_process_is_killed_by_the_next_emulator(
    account: EmulatedAccount, tmp_path: Path
):
    directory = tmp_path / "machines"
    orphan = subprocess.Popen(["sleep", "600"], env={"HOME": f"{directory}/i-1/root"})
    other = subprocess.Popen(["sleep", "600"], env={"HOME": f"{directory}-of-another/i-1/root"})
    try:
        machines = ProcessMachines(
            directory, endpoint_url=account.endpoint, registry=tmp_path, region="r-1"
        )
        machines.close()
        assert orphan.wait(10) == -signal.SIGKILL
        assert other.poll() is None
    finally:
        orphan.kill()
        other.kill()
        other.wait()


def test_close_leaves_no_process_and_no_file(account: EmulatedAccount, tmp_path: Path):
    machines = ProcessMachines(
        tmp_path / "machines", endpoint_url=account.endpoint, registry=tmp_path, region="r-1"
    )
    machines.launch(MachineSpec("i-1", "1", with_unit("/bin/sleep 600"), "z", None, "t", "ami"))
    wait_for(lambda: b"worker: up" in machines.console_output("i-1"))
    machine = machines.session("i-1")
    machines.close()
    assert session.members(machine) == []
    assert list((tmp_path / "machines").iterdir()) == []


METADATA = """#!/bin/bash
at() { curl -s -o /dev/null -w '%{http_code}' "$@" "$AWS_EC2_METADATA_SERVICE_ENDPOINT/$path"; }
path=latest/meta-data/instance-id
echo "without a token: $(at)"
echo "with a wrong one: $(at -H 'X-aws-ec2-metadata-token: no')"
path=latest/api/token
echo "token without a life: $(at -X PUT)"
life='X-aws-ec2-metadata-token-ttl-seconds: 60'
echo "token for a proxy: $(at -X PUT -H "$life" -H 'X-Forwarded-For: 1')"
service=$AWS_EC2_METADATA_SERVICE_ENDPOINT
token="X-aws-ec2-metadata-token: $(curl -s -X PUT -H "$life" "$service/$path")"
get() { echo "$1: $(curl -s -H "$token" "$service/latest/$1")"; }
get meta-data/instance-id
get meta-data/placement/availability-zone
get meta-data/placement/region
get meta-data/tags/instance/Release
get meta-data/iam/security-credentials/
get dynamic/instance-identity/document
aws sts get-caller-identity --region eu-central-1 --query Account --output text
AWS_EC2_METADATA_SERVICE_ENDPOINT=${service%/*}/OTHER
path=latest/user-data
echo "of another: $(at -H "$token")"
echo end
"""


def test_the_metadata_service_answers_as_version_2_does(account: EmulatedAccount):
    other = account.launch(IDLE)
    instance_id = running(account, METADATA.replace("OTHER", other).encode(), "\nend")
    console = account.console(instance_id)()
    for line in (
        "without a token: 401",
        "with a wrong one: 401",
        "token without a life: 400",
        "token for a proxy: 403",
        f"meta-data/instance-id: {instance_id}",
        "meta-data/placement/availability-zone: eu-central-1a",
        "meta-data/placement/region: eu-central-1",
        "meta-data/tags/instance/Release: 0123456789ab",
        "meta-data/iam/security-credentials/: slipway-dev-instance",
        "\n123456789012\n",  # the real command line got its credentials from the role
        "of another: 401",
    ):
        assert line in console
    document = console[console.index("{") : console.index("}") + 1]
    assert json.loads(document)["instanceId"] == instance_id


def test_the_port_of_a_machine_is_held_until_its_end(account: EmulatedAccount):
    instance_id = running(account, IDLE, "hello")
    number = account.machines.port(instance_id)
    assert not ports._is_free(number) or sys.platform != "linux"
    account.machines.terminate(instance_id)
    wait_for(lambda: account.machines.state(instance_id) == "terminated")
    assert ports._is_free(number)
