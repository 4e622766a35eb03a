"""Dockerfiles: stages and the instructions that the emulator of this project carries out.

Nothing is run. RUN is recorded, and what it would install comes from the virtual environment.
"""

import json
import re
import shlex
from dataclasses import dataclass, field

from emulator.images.errors import ImageError

RECORDED = {"RUN", "ARG", "HEALTHCHECK", "SHELL", "VOLUME", "MAINTAINER"}
CARRIED_OUT = {"COPY", "ENV", "WORKDIR", "CMD", "ENTRYPOINT", "EXPOSE", "USER", "LABEL"}


@dataclass(frozen=True)
class Instruction:
    """One instruction: its keyword in capitals and the rest, continuation lines joined."""

    keyword: str
    rest: str

    def __str__(self) -> str:
        return f"{self.keyword} {self.rest}"


@dataclass
class BuildStage:
    """One `FROM … [AS …]` with its instructions, those of the stage it starts from included."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)


def parse(text: str) -> list[BuildStage]:
    """Split a Dockerfile into its stages, in order.

    Raises:
        ImageError: an instruction is unknown, or none comes before the first FROM.
    """
    stages: list[BuildStage] = []
    for instruction in _instructions(text):
        if instruction.keyword == "FROM":
            stages.append(_from(instruction, stages))
        elif instruction.keyword not in RECORDED | CARRIED_OUT:
            raise ImageError(f"dockerfile: {instruction.keyword} is not emulated on the stage")
        elif stages:
            stages[-1].instructions.append(instruction)
        elif instruction.keyword != "ARG":
            raise ImageError("dockerfile: no build stage in current context")
    if not stages:
        raise ImageError("dockerfile: no FROM")
    return stages


def words_or_json(rest: str) -> tuple[list[str], bool]:
    """Read the exec form (a JSON list) or the words of a line; tell whether it was the former."""
    if rest.startswith("["):
        try:
            words = json.loads(rest)
        except ValueError as error:
            raise ImageError(f"dockerfile: {rest!r} is no JSON list") from error
        return [str(word) for word in words], True
    return shlex.split(rest), False


def pairs(rest: str) -> dict[str, str]:
    """Read `KEY=value …` of ENV and LABEL.

    Raises:
        ImageError: the old form without `=` is used.
    """
    words = shlex.split(rest)
    if not all("=" in word for word in words):
        raise ImageError(f"dockerfile: {rest!r}: write KEY=value")
    return dict(word.split("=", 1) for word in words)


def _instructions(text: str) -> list[Instruction]:
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\[ \t]*\n", "", "\n".join(kept))
    lines = [line.strip() for line in joined.splitlines() if line.strip()]
    found = []
    for line in lines:
        keyword, _, rest = line.partition(" ")
        found.append(Instruction(keyword.upper(), " ".join(rest.split())))
    return found


def _from(instruction: Instruction, stages: list[BuildStage]) -> BuildStage:
    words = [word for word in instruction.rest.split() if not word.startswith("--")]
    base = words[0]
    name = words[2] if len(words) == 3 and words[1].upper() == "AS" else str(len(stages))
    inherited = next((stage for stage in stages if stage.name == base), None)
    if inherited is None:
        return BuildStage(base, name)
    return BuildStage(inherited.base, name, list(inherited.instructions))
