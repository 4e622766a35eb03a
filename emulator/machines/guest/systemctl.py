"""`systemctl` of a machine: asks the machine's init."""

import os
import sys

from emulator.machines.guest import bus

WITH_VALUE = {"-p": "--property", "--property": "--property", "-n": "", "--lines": ""}
FLAGS = {"--now", "--value", "-q", "--quiet", "--no-pager"}


def run() -> None:
    """Carry out the command line and exit with systemctl's status."""
    words, flags, properties = _parse(sys.argv[1:])
    message = {
        "verb": words[0] if words else "list-units",
        "units": words[1:],
        "now": "--now" in flags,
        "properties": properties,
        "value": "--value" in flags,
    }
    try:
        answer = bus.call(os.environ["EMULATOR_MACHINE"], message)
    except (OSError, ValueError) as error:
        sys.exit(f"Failed to connect to bus: {error}")
    if answer["error"]:
        sys.stderr.write(f"{answer['error']}\n")
    if answer["out"] and not flags & {"-q", "--quiet"}:
        sys.stdout.write(f"{answer['out']}\n")
    sys.exit(answer["code"])


def _parse(arguments: list[str]) -> tuple[list[str], set[str], list[str]]:
    """Split a command line into words, flags and properties. By hand: see `bus`."""
    words: list[str] = []
    flags: set[str] = set()
    properties: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, separator, value = argument.partition("=")
        if name in WITH_VALUE:
            given = value if separator else next(rest, "")
            if WITH_VALUE[name]:
                properties += given.split(",")
        elif argument in FLAGS:
            flags.add(argument)
        elif argument.startswith("-"):
            sys.exit(f"systemctl: unrecognized option '{argument}' (on the emulator)")
        else:
            words.append(argument)
    return words, flags, properties
