"""Measure what people run every day: `make test`, `make check` and `make status`.

python -m bench.suite [--no-write]

The CPU is the whole machine's, because an emulator's processes outlive the commands that start
them: nothing else may run meanwhile.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import clones, report
from bench.processes import machine_cpu_seconds
from bench.tables import Goal, goals, table
from scripts.base import command
from scripts.base.console import step
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT
from tests.checkout import Checkout

SLOWEST = re.compile(r"^ *(?P<seconds>[\d.]+)s (?:call|setup|teardown) +(?P<name>\S.*)$", re.M)
STATUS_ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    """A command that has ended well.

    Attributes:
        seconds: on the clock.
        cpu: seconds that the machine worked meanwhile.
        said: what it printed.
    """

    seconds: float
    cpu: float
    said: str

    @property
    def cores(self) -> float:
        """How many cores worked, on average."""
        return self.cpu / self.seconds


def measure(words: Sequence[str], folder: Path) -> Measured:
    """Run `make -s words…` in a folder.

    Raises:
        SlipwayError: it failed.
    """
    begun, worked = time.monotonic(), machine_cpu_seconds()
    process = Checkout(folder).spawn(*words)
    said, _ = process.communicate()
    measured = Measured(time.monotonic() - begun, machine_cpu_seconds() - worked, said)
    if process.returncode:
        raise SlipwayError(
            f"make {' '.join(words)} failed",
            which=said.splitlines()[-15:],
            next_step="Mend it, then measure again.",
        )
    return measured


def slowest(said: str) -> list[tuple[str, float]]:
    """Return the tests of pytest's list of durations, each with its seconds."""
    return [(found["name"].strip(), float(found["seconds"])) for found in SLOWEST.finditer(said)]


def text(test: Measured, check: Measured, status: float) -> str:
    """Write the figures as Markdown.

    Args:
        test: `make test`.
        check: `make check`.
        status: seconds of `make status`, the median of some.
    """
    rows = [
        Goal("`make test`", "at most 600 s", f"{test.seconds:.0f} s", test.seconds <= 600),
        Goal("its CPU", "at most 900 s", f"{test.cpu:.0f} s", test.cpu <= 900),
        Goal("`make check`", "at most 40 s", f"{check.seconds:.0f} s", check.seconds <= 40),
        Goal("`make status`", "at most 0.5 s", f"{status:.2f} s", status <= 0.5),
    ]
    return "\n\n".join(
        [
            f"One run on {report.cores()} cores, tools installed; `make test` kept "
            f"{test.cores:.1f} of them busy, `make check` {check.cores:.1f}; {report.busy()}.",
            goals(rows),
            "The slowest tests:",
            table(
                ("test", "seconds"),
                [(f"`{name}`", f"{seconds:.0f}") for name, seconds in slowest(test.said)],
            ),
        ]
    )


def _status_seconds() -> float:
    with clones.fresh() as clone:
        clones.run(clone, "up")
        ran = sorted(clones.run(clone, "status").seconds for _ in range(STATUS_ROUNDS))
    return ran[STATUS_ROUNDS // 2]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the figures into bench/README.md."""
    parser = command.arguments_parser(__doc__, environment=False)
    parser.add_argument("--no-write", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    with step("make check"):
        check = measure(["check"], ROOT)
    with step("make test"):
        test = measure(["test"], ROOT)
    with step("make status, on an emulator of its own"):
        status = _status_seconds()
    written = text(test, check, status)
    return report.publish(written, "suite", write=not options.no_write)


if __name__ == "__main__":
    command.run(main)
