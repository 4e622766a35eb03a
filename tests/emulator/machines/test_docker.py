"""The docker stub: what a boot script and an operator rely on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.base.project import ROOT
from tests.emulator.machines.account import wait_for

DOCKERFILE = """\
FROM python:3.11
WORKDIR /srv
COPY app/ app/
ENV GREETING=hello FROM_FILE=image
EXPOSE 5000
CMD ["python", "app/main.py"]
"""

MAIN = """\
import os, signal, sys, time
def stop(*_):
    print("stopping", flush=True)
    time.sleep(float(os.environ.get("LINGER", "0")))
    sys.exit(int(os.environ.get("STATUS", "0")))
signal.signal(signal.SIGTERM, stop)
print("up", os.environ["GREETING"], os.environ["FROM_FILE"], os.getcwd(), flush=True)
print("bind", os.environ["GUNICORN_CMD_ARGS"], flush=True)
if "CRASH" in os.environ:
    sys.exit(7)
time.sleep(600)
"""

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@dataclass
class Docker:
    """The command with a place of its own."""

    folder: Path

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "emulator/machines/stubs/docker"), *words],
            env={
                "PATH": PATH,
                "EMULATOR_REGISTRY_DIR": str(self.folder),
                "AWS_ACCESS_KEY_ID": "operator",
                "AWS_PROFILE": "operator",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Run to the end; return exit status and output."""
        process = self.start(*words)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    @property
    def log(self) -> str:
        path = self.folder / "local/containers/one/log"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def docker(tmp_path: Path) -> Docker:
    """A place with the image `sample`."""
    context = tmp_path / "context"
    (context / "app").mkdir(parents=True)
    (context / "Dockerfile").write_text(DOCKERFILE)
    (context / "app/main.py").write_text(MAIN)
    docker = Docker(tmp_path / "registry")
    assert docker.run("build", "-t", "sample:v1", str(context))[0] == 0
    return docker


@pytest.fixture
def running(docker: Docker) -> Iterator[subprocess.Popen[str]]:
    """A container `one` that runs, attached."""
    process = docker.start("run", "--rm", "--name", "one", "-p", "21999:5000", "sample:v1")
    wait_for(lambda: "bind" in docker.log)
    yield process
    docker.run("rm", "--force", "one")
    process.communicate(timeout=60)


def test_a_container_runs_the_images_command_in_its_directory(docker: Docker, tmp_path: Path):
    (tmp_path / "env").write_text("# comment\n\nFROM_FILE=file with spaces\n")
    status, output = docker.run(
        *("run", "--rm", "--name", "one", "--env-file", str(tmp_path / "env")),
        *("--env", "CRASH=1", "sample:v1"),
    )
    assert status == 7
    assert f"up hello file with spaces {docker.folder}/local/containers/one/root/srv" in output
    assert not (docker.folder / "local/containers/one").exists()


def test_the_published_port_is_where_gunicorn_binds(docker: Docker, running: subprocess.Popen[str]):
    assert "bind --bind 127.0.0.1:21999" in docker.log
    assert docker.run("port", "one") == (0, "5000/tcp -> 127.0.0.1:21999\n")


def test_publishing_a_port_that_the_image_does_not_expose_reaches_nothing(docker: Docker):
    _, output = docker.run(
        "run", "--rm", "--name", "one", "-p", "21999:5001", "-e", "CRASH=1", "sample:v1"
    )
    assert "bind --bind 127.0.0.1:0" in output


def test_stop_ends_the_main_process_by_sigterm(docker: Docker, running: subprocess.Popen[str]):
    assert docker.run("stop", "-t", "20", "one") == (0, "one\n")
    output, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert output.endswith("stopping\n")


def test_stop_kills_what_outlasts_the_grace(docker: Docker):
    process = docker.start("run", "--rm", "--name", "one", "-e", "LINGER=600", "sample:v1")
    wait_for(lambda: "bind" in docker.log)
    docker.run("stop", "-t", "0.3", "one")
    process.communicate(timeout=60)
    assert process.returncode == 137


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_container_through_the_attached_command(
    docker: Docker, number: signal.Signals
):
    process = docker.start("run", "--rm", "--name", "one", "-e", "STATUS=3", "sample:v1")
    wait_for(lambda: "bind" in docker.log)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == (3 if number == signal.SIGTERM else 130)


def test_a_name_in_use_is_a_conflict_until_it_is_removed(
    docker: Docker, running: subprocess.Popen[str]
):
    status, output = docker.run("run", "--rm", "--name", "one", "sample:v1")
    assert (status, "is already in use" in output) == (125, True)
    assert docker.run("ps") == (0, "one\n")
    assert docker.run("rm", "one")[0] == 1
    assert docker.run("rm", "--force", "one") == (0, "one\n")
    running.communicate(timeout=60)
    assert docker.run("ps") == (0, "")


def test_removing_what_is_not_there_is_a_failure_only_without_force(docker: Docker):
    assert docker.run("rm", "one") == (1, "docker: No such container: one\n")
    assert docker.run("rm", "--force", "one")[0] == 0


def test_logs_shows_what_the_container_wrote(docker: Docker, running: subprocess.Popen[str]):
    assert "up hello" in docker.run("logs", "one")[1]
    assert docker.run("logs", "--tail", "1", "one")[1].startswith("bind")


def test_inspect_tells_state_and_digest(docker: Docker, running: subprocess.Popen[str]):
    assert '"Running": true' in docker.run("inspect", "one")[1]
    digest = docker.run("build", "-q", str(docker.folder.parent / "context"))[1].strip()
    assert f'"Id": "{digest}"' in docker.run("inspect", "sample:v1")[1]


def test_a_container_gets_nothing_of_the_callers_environment(docker: Docker):
    (docker.folder.parent / "context/app/main.py").write_text(
        "import os; print(sorted(os.environ))"
    )
    docker.run("build", "-t", "sample:v2", str(docker.folder.parent / "context"))
    _, output = docker.run("run", "--rm", "--name", "one", "sample:v2")
    for name in ("EMULATOR_REGISTRY_DIR", "AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        assert name not in output


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["swarm", "init"], 2, "invalid choice: 'swarm'"),
        (["run", "--network", "host", "sample:v1"], 2, "--network"),
        (["run", "--pull", "never", "missing:v1"], 125, "No such image: missing:v1"),
        (["run", "-p", "80", "sample:v1"], 125, "invalid publish"),
        (["run", "sample:v1", "sh"], 125, "is not emulated on the emulator"),
        (["pull", "debian:12"], 1, "no ECR registry"),
        (
            ["pull", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:b"],
            1,
            "no basic auth credentials",
        ),
    ],
)
def test_what_it_does_not_know_it_refuses(
    docker: Docker, words: list[str], status: int, message: str
):
    refused = docker.run(*words)
    assert refused[0] == status
    assert message in refused[1]


def test_outside_of_the_emulator_it_says_so(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "emulator/machines/stubs/docker"), "ps"],
        env={"PATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "works on the emulator only" in done.stderr) == (1, True)
