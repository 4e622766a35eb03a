"""Foreign text in Markdown: shown as it is, and never as anything that Markdown means.

Log lines, causes and names come from elsewhere. They stand in code, where GitHub reads neither
HTML nor mentions nor links; the fence is longer than any run of backticks inside it (CommonMark,
"Fenced code blocks" and "Code spans").
"""

import re
from collections.abc import Iterable

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
"""Terminal control sequences (ECMA-48): CSI, OSC, and the two-character ones."""

# Control characters, and those that turn the direction of a text or cannot be seen.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
MOST_CHARACTERS = 500


def plain(text: str) -> str:
    """Return one line without control sequences and hidden characters, cut where it is long."""
    shown = HIDDEN.sub("", " ".join(ANSI.sub("", text).split()))
    return shown if len(shown) <= MOST_CHARACTERS else shown[: MOST_CHARACTERS - 1] + "…"


def kept(line: str) -> str:
    """Return one line as `plain` does, its spaces kept: a traceback is read by its columns."""
    shown = HIDDEN.sub("", " ".join(ANSI.sub("", line).splitlines()).replace("\t", "  ")).rstrip()
    return shown if len(shown) <= MOST_CHARACTERS else shown[: MOST_CHARACTERS - 1] + "…"


def code(text: str) -> str:
    """Return foreign text as a code span, also within a table's cell."""
    shown = plain(text)
    if not shown.strip():
        return ""
    ticks = "`" * (_longest_run(shown) + 1)
    gap = " " if shown.startswith("`") or shown.endswith("`") else ""
    # In a table GitHub ends a cell at a bar, also within code, unless it is escaped.
    return f"{ticks}{gap}{shown}{gap}{ticks}".replace("|", "\\|")


def block(lines: Iterable[str], language: str = "text") -> list[str]:
    """Return lines as a fenced block; of foreign text nothing ends it early."""
    shown = [HIDDEN.sub("", ANSI.sub("", line).replace("\t", "  ")).rstrip() for line in lines]
    shown = [one[:MOST_CHARACTERS] for line in shown for one in (line.splitlines() or [""])]
    fence = "`" * max(3, 1 + max((_longest_run(line) for line in shown), default=0))
    return [f"{fence}{language}", *shown, fence]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
