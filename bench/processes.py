"""The processes that are measured: started, timed by the kernel's account, stopped. Linux only."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import EXAMPLE

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")


def machine_cpu_seconds() -> float:
    """Return how long this machine's cores have worked since it started: proc(5), /proc/stat."""
    user, nice, system, _, _, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / _TICKS


class Process:
    """A process and its children.

    Attributes:
        url: where it answers on loopback.
    """

    def __init__(self, arguments: list[str], port: int, environment: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def until_answering(self, path: str) -> None:
        """Wait for the first answer.

        Raises:
            RuntimeError: it ended instead; the message holds what it wrote.
        """
        while True:
            try:
                urllib.request.urlopen(self.url + path, timeout=5).read()
            except OSError as error:
                if self._process.poll() is not None:
                    assert self._process.stderr is not None
                    raise RuntimeError(self._process.stderr.read().decode()) from error
                time.sleep(0.1)
            else:
                return

    def pids(self) -> list[int]:
        """Process ids, its own first."""
        own = self._process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]

    def cpu_seconds(self) -> float:
        """CPU time used so far, user and system."""
        return cpu_seconds(self.pids())

    def worker_megabytes(self) -> float:
        """Resident memory of the largest child."""
        texts = (Path(f"/proc/{pid}/status").read_text() for pid in self.pids()[1:])
        sizes = [re.search(r"VmRSS:\s+(\d+)", text) for text in texts]
        return max(int(size[1]) for size in sizes if size) / 1024

    def stop(self) -> None:
        """End it and wait."""
        self._process.terminate()
        self._process.communicate()


def cpu_seconds(pids: list[int]) -> float:
    """CPU time that processes have used so far, user and system."""
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in pids)
    return sum(int(tick) for line in fields for tick in line.split()[11:13]) / _TICKS


@contextmanager
def dynamodb_stub(latency_milliseconds: int) -> Iterator[Process]:
    """Run the stub for DynamoDB."""
    port = _free_port()
    command = [sys.executable, "-m", "bench.dynamodb_stub", str(port), str(latency_milliseconds)]
    with _running(Process(command, port, {}), "/state") as process:
        yield process


@contextmanager
def gunicorn(arguments: list[str], endpoint: str) -> Iterator[Process]:
    """Run a server with two workers whose storage is at `endpoint`."""
    port = _free_port()
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        **EXAMPLE,
        "TRUSTED_PROXIES": "0",
    }
    command = [sys.executable, "-m", "gunicorn", *arguments, "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}"]
    with _running(Process(command, port, environment), "/") as process:
        yield process


@contextmanager
def _running(process: Process, path: str) -> Iterator[Process]:
    try:
        process.until_answering(path)
        yield process
    finally:
        process.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
