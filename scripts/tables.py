"""Tables on stdout: as wide as they need to be where no terminal limits them."""

from collections.abc import Iterable

from rich.table import Table

from scripts.console import result

UNLIMITED = 500


def show(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table.

    Args:
        columns: the titles.
        rows: one text for each column.
    """
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    result.print(table, width=None if result.is_terminal else UNLIMITED)
