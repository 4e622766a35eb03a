"""What changes inside an attribute, as short lines: where, from what, to what.

Whole values are compared, and only what is shown is cut, around the difference. JSON in a string
(policies, the facts) is compared part by part, lists item by item, user data line by line: a
reviewer sees the one action that was added, not two policies of a thousand characters.
"""

import base64
import binascii
import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.domain.plan_changes import Attribute
from scripts.domain.plan_values import Hidden

SHOWN_CHARACTERS = 120
BEFORE_DIFFERENCE = 30
"""Characters that are shown of what two texts begin with alike."""

LINES_OF_TEXT = 12
MOST_ITEMS = 500
"""Items of a list that are compared one by one; more take longer than anybody waits."""

NOTHING = "(nothing)"
NAMES = ("Sid", "sid", "name", "Name", "key", "Key", "id", "Id")
"""Keys by which an item of a list is known again, wherever it stands."""


@dataclass(frozen=True)
class Line:
    """A difference.

    Attributes:
        path: of the value inside the resource, such as `policy.Statement[0].Action`.
        before: as text; empty where a path alone says it.
        after: likewise.
    """

    path: str
    before: str
    after: str


def lines(attribute: Attribute) -> list[Line]:
    """Return what changes in an attribute."""
    if attribute.name == "user_data":
        found = _text_lines(attribute)
        if found is not None:
            return found
    return list(_walk(attribute.name, attribute.before, attribute.after))


def _walk(path: str, before: Any, after: Any) -> Iterator[Line]:
    before, after = _parsed(before, after)
    before, after = _beside(before, after), _beside(after, before)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                yield from _walk(f"{path}.{key}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(path, before, after)
    elif before != after:
        yield Line(path, *_around(_text(before), _text(after)))


def _beside(value: Any, other: Any) -> Any:
    """Return a policy without statements for one that is not there beside one that is."""
    is_policy = isinstance(other, dict) and isinstance(other.get("Statement"), list)
    return {**other, "Statement": []} if value is None and is_policy else value


def _items(path: str, before: list[Any], after: list[Any]) -> Iterator[Line]:
    """Compare two lists: by the names of their items, else by what stayed of their order."""
    named = [_by_name(one) for one in (before, after)]
    if named[0] is not None and named[1] is not None:
        for name in dict.fromkeys([*named[0], *named[1]]):
            yield from _one(f"{path}[{name}]", named[0].get(name), named[1].get(name))
        return
    if max(len(before), len(after)) > MOST_ITEMS:
        yield Line(path, f"{len(before)} items", f"{len(after)} items, not compared one by one")
        return
    old, new = ([_text(item) for item in items] for items in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for what, start, end, at, until in matcher.get_opcodes():
        if what == "equal":
            continue
        if end - start == until - at:
            for index in range(end - start):
                where = f"{path}[{start + index}]"
                yield from _walk(where, before[start + index], after[at + index])
            continue
        for index in range(start, end):
            yield from _one(f"{path}[{index}]", before[index], None)
        for index in range(at, until):
            yield from _one(f"{path}[{index}]", None, after[index])


def _one(path: str, before: Any, after: Any) -> Iterator[Line]:
    if before is not None and after is not None:
        yield from _walk(path, before, after)
    else:
        yield Line(path, *(_cut(_text(one)) for one in (before, after)))


def _by_name(items: list[Any]) -> dict[str, Any] | None:
    """Return items by a key that all of them have, each another value of it; None without one."""
    if not items:
        return {}
    if not all(isinstance(item, dict) for item in items):
        return None
    for name in NAMES:
        values = [item.get(name) for item in items]
        if all(isinstance(value, str) for value in values) and len({*values}) == len(values):
            return dict(zip(values, items, strict=True))
    return None


def _parsed(before: Any, after: Any) -> tuple[Any, Any]:
    """Both as what they hold, where each is a JSON object or list in a string, or missing."""
    parsed: list[Any] = []
    for value in (before, after):
        if value is None:
            parsed.append(None)
            continue
        if not isinstance(value, str) or value[:1] not in ("{", "["):
            return before, after
        try:
            parsed.append(json.loads(value))
        except (ValueError, RecursionError):
            return before, after
    return parsed[0], parsed[1]


def _text(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, Hidden):
        return _hidden(value)
    value, _ = _parsed(value, value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_hidden)


def _hidden(value: Any) -> str:
    if not isinstance(value, Hidden):
        raise TypeError(type(value).__name__)
    return f"({value.why})"


def _around(before: str, after: str) -> tuple[str, str]:
    """Cut both where they are long, so that where they differ is seen."""
    if max(len(before), len(after)) <= SHOWN_CHARACTERS:
        return before, after
    alike = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    start = max(0, alike - BEFORE_DIFFERENCE)
    lead = "…" if start else ""
    return _cut(lead + before[start:]), _cut(lead + after[start:])


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _text_lines(attribute: Attribute) -> list[Line] | None:
    texts = []
    for value in (attribute.before, attribute.after):
        if not isinstance(value, str):
            return None
        try:
            texts.append(base64.b64decode(value, validate=True).decode(errors="replace"))
        except (binascii.Error, ValueError):
            return None
    before, after = (text.splitlines() for text in texts)
    changed = [
        line
        for line in difflib.unified_diff(before, after, n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    found = [_text_line(attribute.name, line) for line in changed[:LINES_OF_TEXT]]
    if more := len(changed) - len(found):
        found.append(Line(attribute.name, "", f"… and {more} more lines"))
    return found


def _text_line(name: str, line: str) -> Line:
    text = _cut(line[1:])
    return Line(name, text, "") if line.startswith("-") else Line(name, "", text)
