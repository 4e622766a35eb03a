"""The command line of the docker stub; what it does not know it refuses."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from emulator.images.build import build
from emulator.images.errors import ImageError
from emulator.images.image import Image
from emulator.images.reference import Reference
from emulator.machines.docker import run as running
from emulator.machines.docker.container import Container
from emulator.machines.docker.place import Place

Command = Callable[[Place, argparse.Namespace], int]

ACCEPTED_BY_RUN = ("--cap-drop", "--security-opt", "--tmpfs", "--user", "--memory", "--ulimit")
"""Options that confine a container: a bare process of the emulator is not confined."""


def run() -> None:
    """Carry out the command line and exit as docker does: 125 when docker itself fails."""
    arguments = sys.argv[1:]
    if arguments[:2] == ["buildx", "build"]:
        arguments = arguments[1:]
    options = _parser().parse_args(arguments)
    command: Command = options.carry_out
    try:
        status = command(Place.here(), options)
    except ImageError as error:
        sys.stderr.write(f"docker: {error}\n")
        status = 125 if options.verb == "run" else 1
    sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("docker", description="docker of the emulator, without Docker")
    verbs = parser.add_subparsers(dest="verb", required=True)

    def verb(name: str, command: Command) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, allow_abbrev=False)
        added.set_defaults(carry_out=command)
        return added

    _add_build_options(verb("build", _build))
    _add_run_options(verb("run", running.run))
    for name, command in (("pull", _pull), ("push", _push)):
        added = verb(name, command)
        added.add_argument("-q", "--quiet", action="store_true")
        added.add_argument("--platform")
        added.add_argument("image")
    added = verb("login", _login)
    added.add_argument("-u", "--username", required=True)
    added.add_argument("--password-stdin", action="store_true", required=True)
    added.add_argument("server")
    verb("logout", _logout).add_argument("server")
    added = verb("stop", _stop)
    added.add_argument("-t", "--time", "--timeout", type=float, default=10)
    added.add_argument("name")
    added = verb("rm", _remove)
    added.add_argument("-f", "--force", action="store_true")
    added.add_argument("name")
    added = verb("logs", _logs)
    added.add_argument("-n", "--tail", default="all")
    added.add_argument("name")
    verb("inspect", _inspect).add_argument("name")
    verb("port", _port).add_argument("name")
    verb("ps", _list)
    verb("version", _version)
    return parser


def _add_build_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("context", type=Path)
    parser.add_argument("-f", "--file", type=Path)
    parser.add_argument("-t", "--tag", action="append", default=[])
    parser.add_argument("--push", action="store_true")
    parser.add_argument("--metadata-file", type=Path)
    for name in ("--platform", "--progress", "--provenance", "--sbom"):
        parser.add_argument(name)
    parser.add_argument("-q", "--quiet", action="store_true")
    for name in ("--pull", "--no-cache", "--load"):
        parser.add_argument(name, action="store_true")


def _add_run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    parser.add_argument("--name")
    parser.add_argument("--rm", action="store_true")
    parser.add_argument("--pull", choices=("always", "never", "missing"), default="missing")
    parser.add_argument("-e", "--env", action="append", default=[])
    parser.add_argument("--env-file", action="append", default=[])
    parser.add_argument("-p", "--publish", action="append", default=[])
    parser.add_argument("--log-driver", choices=("awslogs", "json-file", "local"), default="local")
    parser.add_argument("--log-opt", action="append", default=[])
    parser.add_argument("--stop-timeout")
    for name in ("--read-only", "--init"):
        parser.add_argument(name, action="store_true")
    for name in ACCEPTED_BY_RUN:
        parser.add_argument(name, action="append")


def _build(place: Place, options: argparse.Namespace) -> int:
    image = build(options.context, options.file or options.context / "Dockerfile")
    names = [Reference.parse(tag) for tag in options.tag]
    place.images.keep(image, *(str(name) for name in names))
    if options.push:
        for name in names:
            place.registry(name).push(image, name)
    if options.metadata_file:
        options.metadata_file.write_text(json.dumps({"containerimage.digest": image.digest}))
    sys.stdout.write(f"{image.digest}\n")
    return 0


def _push(place: Place, options: argparse.Namespace) -> int:
    reference = Reference.parse(options.image)
    digest = place.registry(reference).push(place.images.find(str(reference)), reference)
    sys.stdout.write(f"{reference.tag}: digest: {digest}\n")
    return 0


def _pull(place: Place, options: argparse.Namespace) -> int:
    reference = Reference.parse(options.image)
    image = place.registry(reference).pull(reference)
    place.images.keep(image, str(reference))
    sys.stdout.write(f"{reference}\n")
    return 0


def _login(place: Place, options: argparse.Namespace) -> int:
    place.log_in(options.server, options.username, sys.stdin.read().strip())
    sys.stdout.write("Login Succeeded\n")
    return 0


def _logout(place: Place, options: argparse.Namespace) -> int:
    place.log_out(options.server)
    sys.stdout.write(f"Removing login credentials for {options.server}\n")
    return 0


def _stop(place: Place, options: argparse.Namespace) -> int:
    Container.find(place.containers, options.name).stop(options.time)
    sys.stdout.write(f"{options.name}\n")
    return 0


def _remove(place: Place, options: argparse.Namespace) -> int:
    try:
        container = Container.find(place.containers, options.name)
    except ImageError:
        if options.force:  # as docker since 20.10: forced, a missing one is no failure
            return 0
        raise
    if container.running_pid() is not None and not options.force:
        raise ImageError(f"container {options.name} is running: stop it or use --force")
    container.kill()
    container.remove()
    sys.stdout.write(f"{options.name}\n")
    return 0


def _logs(place: Place, options: argparse.Namespace) -> int:
    path = Container.find(place.containers, options.name).log
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    count = len(lines) if options.tail == "all" else int(options.tail)
    sys.stdout.buffer.write(b"".join(lines[-count:] if count else []))
    return 0


def _inspect(place: Place, options: argparse.Namespace) -> int:
    try:
        container = Container.find(place.containers, options.name)
    except ImageError:
        described = _describe_image(options.name, place.images.find(options.name))
    else:
        described = _describe_container(container)
    sys.stdout.write(json.dumps([described], indent=2) + "\n")
    return 0


def _describe_image(name: str, image: Image) -> dict[str, object]:
    return {"Id": image.digest, "RepoTags": [name], "Config": image.settings}


def _describe_container(container: Container) -> dict[str, object]:
    state = container.state()
    pid = container.running_pid()
    return {
        "Name": f"/{container.name}",
        "Config": {"Image": state.image if state else ""},
        "State": {
            "Running": pid is not None,
            "Pid": pid or 0,
            "ExitCode": (state.exit_code if state else None) or 0,
        },
    }


def _port(place: Place, options: argparse.Namespace) -> int:
    state = Container.find(place.containers, options.name).state()
    for port, host in (state.ports if state else {}).items():
        sys.stdout.write(f"{port} -> 127.0.0.1:{host}\n")
    return 0


def _list(place: Place, _: argparse.Namespace) -> int:
    for directory in sorted(place.containers.glob("*")):
        if Container(directory).running_pid() is not None:
            sys.stdout.write(f"{directory.name}\n")
    return 0


def _version(_place: Place, _options: argparse.Namespace) -> int:
    sys.stdout.write("Docker stub of the emulator: builds and runs images without Docker\n")
    return 0
