"""Measure `make up` in a fresh clone, from tools installed to an answering URL, by its parts.

python -m bench.emulator [--no-write]
"""

import re
from dataclasses import dataclass

from bench import clones, report
from scripts.base import command
from scripts.base.console import step

GOAL_SECONDS = 150
WORTH_NAMING_SECONDS = 5

STEP = re.compile(r"^\[ *[\d.]+s\] (?P<title>\S.*): done in (?P<seconds>[\d.]+) s$", re.MULTILINE)
RESOURCE = re.compile(
    r"^\[ *[\d.]+s\] +(?P<title>\S+): created in (?P<seconds>\d+) s$", re.MULTILINE
)
URL = re.compile(r"http://\S+")
"""Its port is another one every time."""


@dataclass(frozen=True)
class Part:
    """One step of `make up`, or one resource that an apply waited for.

    Attributes:
        title: as the command said it.
        seconds: how long it took.
    """

    title: str
    seconds: float


def measure() -> tuple[float, str]:
    """Bring up a clone of HEAD with this checkout's tools; return wall seconds and progress.

    Raises:
        SlipwayError: the clone did not come up.
    """
    with clones.fresh() as clone:
        ran = clones.run(clone, "up")
    return ran.seconds, ran.progress


def parts_of(progress: str, pattern: re.Pattern[str]) -> list[Part]:
    """Read steps or resources from what `make up` said, in their order."""
    return [
        Part(URL.sub("the URL", found["title"]), float(found["seconds"]))
        for found in pattern.finditer(progress)
    ]


def table(seconds: float, progress: str) -> str:
    """Write the figures as Markdown; what no step accounts for stands in the last row."""
    steps = parts_of(progress, STEP)
    slow = [part for part in parts_of(progress, RESOURCE) if part.seconds >= WORTH_NAMING_SECONDS]
    verdict = "holds" if seconds <= GOAL_SECONDS else "missed"
    rows = [
        f"`make up` from installed tools: {seconds:.0f} s (goal: {GOAL_SECONDS} s, {verdict})",
        "",
        "| part | seconds |",
        "|---|---|",
        *(f"| {part.title} | {part.seconds:.1f} |" for part in steps),
        f"| starting commands, terraform init | {seconds - sum(p.seconds for p in steps):.1f} |",
        "",
        "Terraform creates resources side by side. Those that it waited longest for, most of it in "
        "pauses that the provider makes whatever AWS answers:",
        "",
        "| resource | seconds |",
        "|---|---|",
        *(f"| `{part.title}` | {part.seconds:.0f} |" for part in slow),
    ]
    return "\n".join(rows)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the figures into bench/README.md."""
    parser = command.arguments_parser(__doc__, environment=False)
    parser.add_argument("--no-write", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    with step("bringing up a fresh clone"):
        seconds, progress = measure()
    text = table(seconds, progress)
    return report.publish(text, "emulator", write=not options.no_write)


if __name__ == "__main__":
    command.run(main)
