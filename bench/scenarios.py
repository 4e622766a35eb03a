"""`make soak`: the full matrices, and the table of what the load scenarios came to.

python -m bench.scenarios

Every scenario under load adds a row (`tests/emulator/live/scenarios.py`); when the last test has
ended, the rows become bench/scenarios.md. A run that was cut short leaves the page as it was.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.tables import table, verdict
from tests.emulator.live.scenarios import FILE

SELECTION = "soak or load"
PAGE = Path(__file__).with_suffix(".md")
ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)

Row = dict[str, Any]
"""As `tests/emulator/live/scenarios.py` writes it."""


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Soak:
    """Listens to pytest, and writes the page when the last test has ended.

    Attributes:
        rows: the file that scenarios append to.
        page: what is written.
        passed: tests that have passed.
        failed: names of tests that have not, or could not be prepared or cleared away.
    """

    rows: Path
    page: Path
    passed: int = 0
    failed: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test; pytest reports its preparation, itself and its clearing away."""
        if report.failed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)
        elif report.passed and report.when == "call":
            self.passed += 1

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the page, unless the run was interrupted or could not begin."""
        lines = self.rows.read_text().splitlines() if self.rows.exists() else []
        if exitstatus in ENDED and lines:
            written = text(map(json.loads, lines), self.passed, self.failed)
            put(self.page, written)


def text(rows: Iterable[Row], passed: int, failed: list[str]) -> str:
    """Write the page.

    Args:
        rows: in the order in which they were written; of several runs of a scenario in one
            environment the last counts.
        passed: how many tests of the soak did.
        failed: names of those that did not.
    """
    last = {(row["scenario"], row["environment"]): row for row in rows}
    shown = [last[key] for key in sorted(last)]
    ended = max(row["at"] for row in shown)
    parts = [
        "# Scenarios under load",
        "What requests met while an environment was rolled, broken or scaled, as the last whole "
        "`make soak` found it: 20 a second unless the test asks otherwise, half of them over kept "
        "connections. A failed one is bearable only within the bound. The time counts from the "
        "moment at which a request was due.",
        _summary(passed, failed, ended),
        table(
            ("scenario", "environment", "requests", "failed", "bound", "", "p99"),
            map(_cells, shown),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _summary(passed: int, failed: list[str], ended: str) -> str:
    said = f"{passed} tests passed, {len(failed)} failed; the last scenario ended at {ended}."
    return "\n- failed: ".join([said, *(f"`{name}`" for name in failed)])


def _cells(row: Row) -> list[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(row["failed"].items()))
    return [
        row["scenario"],
        row["environment"],
        str(row["requests"]),
        kinds or "0",
        row["bound"],
        verdict(row["held"]),
        f"{row['p99_seconds']:.3f} s",
    ]


def put(page: Path, written: str) -> None:
    """Put a page in place of the one before, whole or not at all."""
    new = page.with_suffix(".new")
    new.write_text(written)
    new.replace(page)


def run(page: Path, *words: str) -> int:
    """Run tests and leave their table; answers pytest's exit code.

    Args:
        page: what is written.
        words: pytest's arguments.
    """
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder) / "rows.jsonl", page)
        os.environ[FILE] = str(soak.rows)
        return pytest.main([*words], plugins=[soak])


if __name__ == "__main__":
    sys.exit(run(PAGE, "-m", SELECTION))
