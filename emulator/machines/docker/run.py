"""`docker run`: starts the container, stays attached to it, and ends with its status."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from emulator.images import layer
from emulator.images.errors import ImageError
from emulator.images.reference import Reference
from emulator.machines.docker import process
from emulator.machines.docker.awslogs import LogShipper
from emulator.machines.docker.container import Container, State, kill_group
from emulator.machines.docker.place import Place

ORPHAN_SECONDS = 1.0


def run(place: Place, options: argparse.Namespace) -> int:
    """Run a container in the foreground; return its exit status, 128 + n for signal n.

    Raises:
        ImageError: it cannot be started.
    """
    reference = Reference.parse(options.image)
    if options.command:
        raise ImageError("another command than the image's is not emulated on the emulator")
    if options.pull == "always":
        place.images.keep(place.registry(reference).pull(reference), str(reference))
    image = place.images.find(str(reference))
    ports = dict(_publication(text) for text in options.publish)
    container = Container(place.containers / (options.name or f"emulator-{os.getpid()}"))
    container.create()
    try:
        layer.unpack(image.layer, container.root)
        (container.directory / "tmp").mkdir()
        start = process.prepare(image, container, _given_environment(options), ports)
        start.directory.mkdir(parents=True, exist_ok=True)
        return _attach(container, start, State(options.image, 0, None, ports), options)
    finally:
        if options.rm:
            container.remove()


def _attach(
    container: Container, start: process.Start, state: State, options: argparse.Namespace
) -> int:
    shipper = None
    if options.log_driver == "awslogs":
        shipper = LogShipper(dict(option.split("=", 1) for option in options.log_opt))
    relay = _Relay()
    main = subprocess.Popen(
        start.argv,
        cwd=start.directory,
        env=start.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    )
    state.pid = main.pid
    container.save(state)
    relay.to(main)
    threading.Thread(target=_die_with_parent, args=(main.pid,), daemon=True).start()
    reader = threading.Thread(target=_copy_output, args=(main, container.log, shipper))
    reader.start()
    status = main.wait()
    kill_group(main.pid)  # a container ends with its main process
    reader.join()
    state.exit_code = status if status >= 0 else 128 - status
    if shipper is not None:
        shipper.close()
    with contextlib.suppress(FileNotFoundError):  # `docker rm --force` came first
        container.save(state)
    return state.exit_code


class _Relay:
    """Passes SIGTERM and SIGINT on to the container, those that come before it runs included."""

    def __init__(self) -> None:
        self._main: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._pass_on)

    def to(self, main: subprocess.Popen[bytes]) -> None:
        self._main = main
        for number in self._early:
            main.send_signal(number)

    def _pass_on(self, number: int, _: FrameType | None) -> None:
        if self._main is None:
            self._early.append(number)
        else:
            self._main.send_signal(number)


def _copy_output(main: subprocess.Popen[bytes], log_path: Path, shipper: LogShipper | None) -> None:
    assert main.stdout is not None
    with log_path.open("ab") as log:
        for line in main.stdout:
            log.write(line)
            log.flush()
            with contextlib.suppress(OSError):
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
            if shipper is not None:
                shipper.put(line.decode(errors="replace").rstrip("\r\n"))


def _die_with_parent(group: int) -> None:
    """End the container when the machine's init is gone, however it went."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(ORPHAN_SECONDS)
    kill_group(group)
    os._exit(1)


def _publication(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.rpartition(":")[2]
    if not host.isdigit() or not port.partition("/")[0].isdigit():
        raise ImageError(f"invalid publish opts format: {text!r}; write HOST_PORT:CONTAINER_PORT")
    return (port if "/" in port else f"{port}/tcp"), int(host)


def _given_environment(options: argparse.Namespace) -> dict[str, str]:
    lines: list[str] = []
    for path in options.env_file:
        try:
            lines += Path(path).read_text().splitlines()
        except OSError as error:
            raise ImageError(f"open {path}: {error.strerror}") from error
    given = {}
    for line in [*lines, *options.env]:
        if line.strip() and not line.lstrip().startswith("#"):
            key, separator, value = line.partition("=")
            if separator:
                given[key] = value
            elif key in os.environ:
                given[key] = os.environ[key]
    return given
