"""Tables on stdout, as wide as their texts: for eyes, grep and awk alike."""

from collections.abc import Sequence

from scripts.base.console import output

GAP = "  "


def show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table.

    Args:
        columns: the titles.
        rows: one text for each column.
    """
    lines = [columns, *rows]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        output(GAP.join(cells).rstrip())
