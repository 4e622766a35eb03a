"""Text from a plan as Markdown that is nothing but text.

GitHub looks for mentions, issues and links everywhere but in code. So all of it stands in code:
spans on one line, and fences that are longer than any run of backticks in them.
"""

import re


def visible(text: str) -> str:
    """Return text on one line in which every character can be seen."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def span(text: str) -> str:
    """Return text as a code span."""
    text = visible(text) or " "
    marks = "`" * (_longest_run(text) + 1)
    # One space on each side is dropped again, and keeps backticks at the ends apart.
    return f"{marks} {text} {marks}"


def fence(lines: list[str]) -> list[str]:
    """Return lines as a fenced block, coloured as a difference."""
    shown = [visible(line) for line in lines]
    marks = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return [f"{marks}diff", *shown, marks]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
