"""Unit files, as far as services of the platform use them (systemd.unit, systemd.service).

What is not emulated is named on the machine's console, or refused where ignoring it would lie.
"""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

Sections = dict[str, dict[str, list[str]]]

UNITS_OF_TIME = {"us": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "": 1}

DESCRIPTIVE = {"Description", "Documentation", "Wants", "WantedBy", "Before", "DefaultDependencies"}
EMULATED = {
    *("After", "Requires", "StartLimitIntervalSec", "StartLimitBurst"),
    *("Type", "RemainAfterExit", "Restart", "RestartSec", "TimeoutStartSec", "TimeoutStopSec"),
    *("ExecStartPre", "ExecStart", "ExecStop", "Environment"),
}
TYPES = ("simple", "exec", "oneshot")
RESTARTS = ("no", "always", "on-failure", "on-success")


class UnitError(Exception):
    """A unit file is missing or says what cannot be carried out."""


@dataclass(frozen=True)
class Command:
    """One Exec line: its words, and whether its failure is ignored (`-`)."""

    argv: list[str]
    may_fail: bool


@dataclass(frozen=True)
class Unit:
    """A service as its file describes it; times in seconds, None for infinity."""

    name: str
    kind: str
    start_pre: list[Command]
    start: list[Command]
    stop: list[Command]
    restart: str
    restart_seconds: float
    stop_timeout_seconds: float | None
    start_timeout_seconds: float | None
    remain_after_exit: bool
    start_limit_seconds: float
    start_limit_burst: int
    after: list[str]
    requires: list[str]
    wanted: bool
    environment: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def load(name: str, directories: list[Path]) -> Unit:
    """Read a unit from the first directory that has it.

    Raises:
        UnitError: no directory has it, or it cannot be carried out.
    """
    for directory in directories:
        path = directory / name
        if path.is_file():
            return parse(name, path.read_text())
    raise UnitError(f"Unit {name} not found.")


def parse(name: str, text: str) -> Unit:
    """Turn a unit file's text into a unit.

    Raises:
        UnitError: no ExecStart, or a value that cannot be carried out.
    """
    sections = _sections(name, text)
    unit, service = sections.get("Unit", {}), sections.get("Service", {})
    if not service.get("ExecStart"):
        raise UnitError(f"{name}: Service has no ExecStart= setting. Refusing.")
    return Unit(
        name=name,
        kind=_choice(name, "Type", _last(service, "Type", "simple"), TYPES),
        start_pre=_commands(service, "ExecStartPre"),
        start=_commands(service, "ExecStart"),
        stop=_commands(service, "ExecStop"),
        restart=_choice(name, "Restart", _last(service, "Restart", "no"), RESTARTS),
        restart_seconds=_finite(name, _last(service, "RestartSec", "100ms")),
        stop_timeout_seconds=seconds(name, _last(service, "TimeoutStopSec", "90")),
        start_timeout_seconds=seconds(name, _last(service, "TimeoutStartSec", "90")),
        remain_after_exit=_last(service, "RemainAfterExit", "no") in ("yes", "true", "1", "on"),
        start_limit_seconds=_finite(name, _last(unit, "StartLimitIntervalSec", "10")),
        start_limit_burst=int(_last(unit, "StartLimitBurst", "5")),
        after=_words(unit, "After"),
        requires=_words(unit, "Requires"),
        wanted=bool(_words(sections.get("Install", {}), "WantedBy")),
        environment=dict(
            pair.split("=", 1) for line in service.get("Environment", []) for pair in _split(line)
        ),
        ignored=sorted(
            {key for section in sections.values() for key in section} - EMULATED - DESCRIPTIVE
        ),
    )


def seconds(name: str, text: str) -> float | None:
    """Read a time span such as `50`, `1min 30s` or `infinity` (None).

    Raises:
        UnitError: it is no time span.
    """
    if text == "infinity":
        return None
    spans = re.findall(r"([\d.]+)\s*([a-z]*)", text)
    if not spans or re.sub(r"([\d.]+)\s*([a-z]*)", "", text).strip():
        raise UnitError(f"{name}: {text!r} is no time span.")
    try:
        return sum(float(number) * UNITS_OF_TIME[unit] for number, unit in spans)
    except (KeyError, ValueError) as error:
        raise UnitError(f"{name}: {text!r} is no time span.") from error


def _finite(name: str, text: str) -> float:
    value = seconds(name, text)
    if value is None:
        raise UnitError(f"{name}: infinity is not emulated here.")
    return value


def _sections(name: str, text: str) -> Sections:
    sections: Sections = {}
    current: dict[str, list[str]] | None = None
    for line in re.sub(r"\\\n", " ", text).splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if stripped.startswith("[") and stripped.endswith("]"):
            current = sections.setdefault(stripped[1:-1], {})
        elif current is None or "=" not in stripped:
            raise UnitError(f"{name}: cannot read the line {stripped!r}.")
        else:
            key, value = (part.strip() for part in stripped.split("=", 1))
            # An empty value takes back what was given before (systemd.syntax).
            current[key] = [*current.get(key, []), value] if value else []
    return sections


def _commands(service: dict[str, list[str]], key: str) -> list[Command]:
    return [
        Command(_split(line.removeprefix("-")), line.startswith("-"))
        for line in service.get(key, [])
    ]


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UnitError(f"cannot read the command {line!r}: {error}.") from error


def _words(section: dict[str, list[str]], key: str) -> list[str]:
    return [word for line in section.get(key, []) for word in line.split()]


def _last(section: dict[str, list[str]], key: str, default: str) -> str:
    values = section.get(key)
    return values[-1] if values else default


def _choice(name: str, key: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise UnitError(f"{name}: {key}={value} is not emulated; known: {', '.join(known)}.")
    return value
