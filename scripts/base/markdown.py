"""Text of others in Markdown: shown as it is, and never as anything that Markdown means.

Log lines, causes, names and values of a plan come from elsewhere. They stand in code, where GitHub
reads neither HTML nor mentions nor links (CommonMark, "Code spans" and "Fenced code blocks"), or,
within a sentence, as entities.
"""

import re
from collections.abc import Iterable

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
"""Terminal control sequences (ECMA-48): CSI, OSC, and the two-character ones."""

# Control characters, and those that turn the direction of a text or cannot be seen.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
MARKUP = re.compile(r"[\\`*_<>\[\]#|~!@&]")
MOST_CHARACTERS = 500


def plain(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return one line without control sequences and hidden characters, cut where it is long.

    Args:
        text: of anybody.
        most: characters that are returned.
    """
    return _cut(HIDDEN.sub("", " ".join(ANSI.sub("", text).split())), most)


def kept(line: str) -> str:
    """Return one line as `plain` does, its spaces kept: a traceback is read by its columns."""
    text = " ".join(ANSI.sub("", line).splitlines()).replace("\t", "  ")
    return _cut(HIDDEN.sub("", text).rstrip())


def visible(text: str) -> str:
    """Return text on one line in which every character can be seen."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def code(text: str) -> str:
    """Return text as a code span; nothing for no text."""
    shown = visible(text)
    if not shown:
        return ""
    ticks = "`" * (_longest_run(shown) + 1)
    # One space on each side is dropped again. It keeps backticks at the ends apart.
    gap = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{gap}{shown}{gap}{ticks}"


def cell(text: str) -> str:
    """Return text as a code span within a table's cell, which a bare bar would end."""
    return code(text).replace("|", "\\|")


def fence(lines: Iterable[str], language: str = "text") -> list[str]:
    """Return lines as a fenced block that no line of them ends.

    Args:
        lines: one text for each line.
        language: what GitHub colours it as.
    """
    shown = [visible(line) for line in lines]
    marks = "`" * max(3, 1 + max(map(_longest_run, shown), default=0))
    return [f"{marks}{language}", *shown, marks]


def log(lines: Iterable[str]) -> list[str]:
    """Return lines of a log as a fenced block, without control sequences."""
    split = [one for line in lines for one in (ANSI.sub("", line).splitlines() or [""])]
    return fence(kept(line) for line in split)


def prose(text: str) -> str:
    """Return text within a sentence: no mention, no HTML, no line break."""
    shown = MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", " ".join(visible(text).split()))
    # GitHub looks for mentions after it has read the entities: nothing may follow the sign at once.
    return shown.replace(f"&#{ord('@')};", f"&#{ord('@')};&#8203;")


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a table; cells with text of others are made by `cell`."""
    titles = list(columns)
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def _cut(text: str, most: int = MOST_CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
