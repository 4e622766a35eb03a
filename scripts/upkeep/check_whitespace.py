"""Fail for files with trailing whitespace, without a newline at their end or with several.

    python -m scripts.upkeep.check_whitespace FILE...

It only looks, unlike the usual hooks for this, which rewrite: a check must not edit a working tree.
`make format` mends what it finds.
"""

import sys
from pathlib import Path

from scripts.base.console import output


def flaws(content: bytes) -> list[str]:
    """Return what is wrong with a file's content, with line numbers that begin at 1."""
    found = [
        f"{number}: trailing whitespace"
        for number, line in enumerate(content.split(b"\n"), start=1)
        if line.rstrip() != line
    ]
    if content and not content.endswith(b"\n"):
        found.append("no newline at the end")
    if content.endswith(b"\n\n"):
        found.append("empty lines at the end")
    return found


def main(names: list[str]) -> int:
    """Print each flaw as `file:line: flaw`."""
    found = [f"{name}:{flaw}" for name in names for flaw in flaws(Path(name).read_bytes())]
    for line in found:
        output(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
