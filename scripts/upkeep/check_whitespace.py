"""Fail for files with trailing whitespace, without a newline at their end or with several.

It only looks, unlike the usual hooks for this, which rewrite: a check must not edit a working
tree. `make format` repairs what it finds.
"""

from pathlib import Path

from scripts.base.command import arguments_parser
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


def main(arguments: list[str]) -> int:
    """Print each flaw as `file:line: flaw`."""
    parser = arguments_parser(__doc__, environment=False)
    parser.add_argument("names", metavar="FILE", nargs="*")
    names = parser.parse_args(arguments).names
    found = [f"{name}:{flaw}" for name in names for flaw in flaws(Path(name).read_bytes())]
    for line in found:
        output(line)
    return 1 if found else 0
