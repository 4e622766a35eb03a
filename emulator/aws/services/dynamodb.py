"""A query of a table in the time that its answer takes, as DynamoDB has it.

moto sorts every item of the table for every query, some twice. After an hour of traffic a page of a
caller's history took seconds, and all other calls waited meanwhile. Here a query sees only the
items that it may answer: the first `limit` + 1 behind the start key that meet the condition on the
range key, in the order that is asked for.
"""

import copy
from collections.abc import Iterator
from itertools import islice
from typing import Any

from moto.dynamodb.models.table import Table

from emulator.aws.patches import Patches

_moto_query = Table.query


def install(patches: Patches) -> None:
    """Patch moto's tables."""
    patches.replace(Table, "query", _query)


def _query(
    table: Any,
    hash_key: Any,
    range_comparison: str | None,
    range_values: list[Any],
    limit: int | None,
    start_key: dict[str, Any] | None,
    forward: bool | None,
    *rest: Any,
    **named: Any,
) -> Any:
    index = rest[1] if len(rest) > 1 else named.get("index_name")
    asked = (hash_key, range_comparison, range_values, limit, start_key, forward, *rest)
    # Nothing here asks for an index, and only text sorts by its characters.
    if index or table.range_key_type != "S":
        return _moto_query(table, *asked, **named)
    found = _in_order(table, hash_key, backwards=forward is False)
    found = _behind(found, table.range_key_attr, start_key, backwards=forward is False)
    if range_comparison:
        found = (i for i in found if i.range_key.compare(range_comparison, range_values))
    seen = copy.copy(table)
    # One more than is answered: from it moto knows that there is a next page.
    kept = islice(found, None if limit is None else limit + 1)
    seen.items = {hash_key: {item.range_key: item for item in kept}}
    return _moto_query(seen, *asked, **named)


def _in_order(table: Any, hash_key: Any, *, backwards: bool) -> Iterator[Any]:
    # A copy in one step: other threads write meanwhile.
    items = list(table.items.get(hash_key, {}).values())
    return iter(sorted(items, key=lambda item: str(item.range_key.value), reverse=backwards))


def _behind(
    items: Iterator[Any], name: str, start_key: dict[str, Any] | None, *, backwards: bool
) -> Iterator[Any]:
    if not start_key:
        return items
    start = start_key[name]["S"]
    if backwards:
        return (item for item in items if item.range_key.value < start)
    return (item for item in items if item.range_key.value > start)
