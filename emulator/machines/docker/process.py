"""What a container's main process is started with: words, environment, working directory."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from emulator.images.errors import ImageError
from emulator.images.image import Image
from emulator.machines.docker.container import Container

FROM_THE_MACHINE = ("AWS_ENDPOINT_URL", "AWS_EC2_METADATA_SERVICE_ENDPOINT")
"""In a real container the network leads to AWS and to the metadata service; here these do."""


@dataclass(frozen=True)
class Start:
    """Arguments of the process."""

    argv: list[str]
    environment: dict[str, str]
    directory: Path


def prepare(
    image: Image, container: Container, given: dict[str, str], ports: dict[str, int]
) -> Start:
    """Work out how to start an image's command in an unpacked container.

    Args:
        image: whose config says what to start.
        container: whose root is unpacked.
        given: environment of `--env` and `--env-file`.
        ports: published host port by container port, such as `5000/tcp`.

    Raises:
        ImageError: the image has no command, or its program is not there.
    """
    settings = image.settings
    words: list[str] = [*settings.get("Entrypoint", []), *settings.get("Cmd", [])]
    if not words:
        raise ImageError("no command specified")
    environment = _environment(settings.get("Env", []), container)
    environment.update(given)
    environment["GUNICORN_CMD_ARGS"] = " ".join(
        f"--bind 127.0.0.1:{port}" for port in _reachable(ports, settings.get("ExposedPorts", {}))
    )
    argv = [_program(words[0], container, environment["PATH"]), *words[1:]]
    directory = container.root / settings.get("WorkingDir", "/").lstrip("/")
    return Start([_inside(word, container) for word in argv], environment, directory)


def _reachable(ports: dict[str, int], exposed: dict[str, object]) -> list[int]:
    """Host ports that lead to a port on which the image's program listens.

    A publication of any other port is a mistake that must not work here: the program then listens
    where nobody asks.
    """
    return [host for port, host in ports.items() if port in exposed] or [0]


def _environment(of_the_image: list[str], container: Container) -> dict[str, str]:
    environment = dict(entry.split("=", 1) for entry in of_the_image)
    environment = {key: _inside(value, container) for key, value in environment.items()}
    venv = Path(sys.executable).parent
    environment["PATH"] = os.pathsep.join([str(venv), os.environ.get("PATH", os.defpath)])
    environment.setdefault("LANG", "C.UTF-8")
    environment["HOME"] = str(container.root)
    environment["HOSTNAME"] = container.name
    environment["TMPDIR"] = str(container.directory / "tmp")
    for name in FROM_THE_MACHINE:
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _program(name: str, container: Container, path: str) -> str:
    if name.startswith("/") and (container.root / name.lstrip("/")).exists():
        return name
    found = shutil.which(Path(name).name, path=path)
    if found is None:
        raise ImageError(f'exec: "{name}": executable file not found in $PATH')
    return found


def _inside(value: str, container: Container) -> str:
    """Turn an absolute path that the image has into where it was unpacked."""
    below = container.root / value.lstrip("/")
    return str(below) if value.startswith("/") and below.exists() and value != "/" else value
