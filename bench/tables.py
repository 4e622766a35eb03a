"""Tables in Markdown: medians with their ranges, and each goal with what it came to."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Goal:
    """A goal and what was measured.

    Attributes:
        measure: what is measured.
        goal: what it should come to, in words.
        measured: what it came to, in words.
        held: whether that is enough.
    """

    measure: str
    goal: str
    measured: str
    held: bool


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; each row has one text for each column."""
    return "\n".join([_row(columns), f"|{'---|' * len(columns)}", *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    return f"|{'|'.join(f' {text} ' if text else ' ' for text in cells)}|"


def goals(rows: Iterable[Goal]) -> str:
    """Write the table of goals; one that is missed says so."""
    return table(
        ("measure", "goal", "measured", ""),
        [(row.measure, row.goal, row.measured, verdict(row.held)) for row in rows],
    )


def verdict(held: bool) -> str:
    """Say whether a goal was met."""
    return "holds" if held else "missed"


def median(samples: Sequence[Sample], field: Callable[[Sample], float]) -> float:
    """Return the median of a figure over all rounds."""
    return statistics.median(map(field, samples))


def ratio(
    samples: Sequence[Sample], reference: Sequence[Sample], field: Callable[[Sample], float]
) -> float:
    """Return the median of the ratios round by round: what disturbs a round disturbs both."""
    pairs = zip(samples, reference, strict=True)
    return statistics.median(field(sample) / field(other) for sample, other in pairs)


def cell(samples: Sequence[Sample], field: Callable[[Sample], float], form: str) -> str:
    """Write a figure's median and its range, each in a format such as `.1f`."""
    values = sorted(map(field, samples))
    return f"{median(samples, field):{form}} [{values[0]:{form}}-{values[-1]:{form}}]"
