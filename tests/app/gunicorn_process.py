"""The service as it runs in its container: gunicorn, its configuration file, an environment."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.config import EXAMPLE

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    **EXAMPLE,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Gunicorn:
    """A running server of the release in a folder; logs go to files of its own."""

    def __init__(
        self, folder: Path, arguments: str = "", *, root: Path = ROOT, **environment: str | None
    ):
        self.port = free_port()
        self.out, self.err = folder / "stdout", folder / "stderr"
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            **ENVIRONMENT,
            "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{self.port} {arguments}",
            **environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "app/gunicorn.conf.py"],
            cwd=root,
            env={name: value for name, value in variables.items() if value is not None},
            stdout=self.out.open("wb"),
            stderr=self.err.open("wb"),
        )

    def until_healthy(self) -> "Gunicorn":
        deadline = time.monotonic() + 30
        while True:
            try:
                if self.get("/health")[0] == 200:
                    return self
            except OSError:
                assert self.process.poll() is None, self.err.read_text()
                assert time.monotonic() < deadline, self.err.read_text()
                time.sleep(0.05)

    def get(self, path, method="GET", timeout=30, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, dict(answer.getheaders()), body
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(request)
            received = b""
            while more := connection.recv(65536):
                received += more
            return received

    def lines(self):
        return [json.loads(line) for line in self.out.read_text().splitlines()]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def workers_of(server):
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if not children.exists():
        pytest.skip("needs Linux's /proc to find the worker")
    return [int(worker) for worker in children.read_text().split()]
