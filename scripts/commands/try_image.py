"""Build the working tree's image, start it as an instance does, and ask it for /health.

Nothing is pushed, and AWS is not needed: /health does not ask the table. The container is gone
afterwards, however that ends.
"""

import http.client
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from app.config import EXAMPLE
from scripts.adapters.aws import image
from scripts.base import clock, command, place, release_version
from scripts.base.console import say, step
from scripts.base.errors import SlipwayError
from scripts.base.project import Project

SECONDS = 60.0
"""How long it may take until it answers; on an instance it takes a second or two."""

ANSWER_SECONDS = 5.0
POLL_SECONDS = 0.2
PORT = 5000
CONFINED = "--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges"
"""As infra/modules/service/user_data.sh starts it."""


def main(arguments: list[str]) -> int:
    """Try it."""
    command.arguments_parser(__doc__, environment=False).parse_args(arguments)
    project, version = Project.load(), release_version.version()
    tag = f"{project.name}:candidate"
    image.build(version, tag)
    with step(f"starting {version}"), started(tag, environment(project, version)) as container:
        until_healthy(container)
    say(f"release {version} comes up and answers /health")
    return 0


@dataclass(frozen=True)
class Container:
    """A container that was started and may have ended.

    Attributes:
        process: `docker run`, attached to it.
        log: what it has written.
        port: of this machine, where it answers.
    """

    process: "subprocess.Popen[bytes]"
    log: IO[bytes]
    port: int

    def last_lines(self) -> list[str]:
        """Return the end of what it wrote."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace").splitlines()[-image.SHOWN_LINES :]


def environment(project: Project, version: str) -> dict[str, str]:
    """Return what the service needs before it starts, as `app/config.py` says.

    The table does not exist and the credentials open nothing: only /health is asked.
    """
    return {
        **EXAMPLE,
        "RELEASE_VERSION": version,
        "AWS_REGION": project.region,
        "AWS_DEFAULT_REGION": project.region,
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }


@contextmanager
def started(tag: str, variables: dict[str, str]) -> Iterator[Container]:
    """Start an image on a free port of the loopback, and remove its container in the end."""
    name, port = f"{tag.replace(':', '-')}-{os.getpid()}", _free_port()
    words = ["docker", "run", "--rm", "--name", name, "--publish", f"127.0.0.1:{port}:{PORT}"]
    words += [word for key, value in variables.items() for word in ("--env", f"{key}={value}")]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*words, *CONFINED.split(), tag],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Container(process, log, port)
        finally:
            subprocess.run(["docker", "rm", "--force", name], check=False, capture_output=True)
            process.wait()


def until_healthy(container: Container, seconds: float = SECONDS) -> None:
    """Wait until a container answers /health with 200.

    Raises:
        SlipwayError: it ends before, or does not within so many seconds.
    """
    deadline = clock.seconds() + seconds
    while problem := _ask(container.port):
        if container.process.poll() is not None:
            raise _failed(
                "the image's container ended before it answered /health",
                f"exit status {container.process.returncode}",
                container,
            )
        if clock.seconds() > deadline:
            raise _failed(
                f"the image did not answer /health within {seconds:.0f} s", problem, container
            )
        clock.pause(POLL_SECONDS)


def _failed(what: str, problem: str, container: Container) -> SlipwayError:
    return SlipwayError(
        what,
        which=[problem, *(container.last_lines() or ["it wrote nothing"])],
        next_step="Above is the end of its log. Fix app/ or the Dockerfile, then run: "
        + place.command("try-image"),
    )


def _ask(port: int) -> str:
    """Return what is wrong with the answer; empty where nothing is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error or type(error).__name__}"
    finally:
        connection.close()
    return "" if status == http.client.OK else f"status {status}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
