"""What changes inside an attribute, as short lines: where, from what, to what.

JSON in a string (policies, the facts) is compared part by part, user data line by line: a reviewer
sees the one action that was added, not two policies of a thousand characters.
"""

import base64
import binascii
import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.domain.plan_changes import Attribute, Hidden

SHOWN_CHARACTERS = 80
LINES_OF_TEXT = 12
NOTHING = "(nothing)"


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
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                yield from _walk(f"{path}.{key}", before.get(key), after.get(key))
    elif _alike(before, after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                yield from _walk(f"{path}[{index}]", old, new)
    elif before != after:
        yield Line(path, _short(before), _short(after))


def _alike(before: Any, after: Any) -> bool:
    """Whether two lists are worth comparing item by item."""
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and len(before) == len(after)
        and all(isinstance(item, dict | list) for item in [*before, *after])
    )


def _parsed(before: Any, after: Any) -> tuple[Any, Any]:
    """Both as what they hold, where both are JSON objects or lists in a string."""
    parsed = []
    for value in (before, after):
        if not isinstance(value, str) or value[:1] not in ("{", "["):
            return before, after
        try:
            parsed.append(json.loads(value))
        except (ValueError, RecursionError):
            return before, after
    return parsed[0], parsed[1]


def _short(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, Hidden):
        return _hidden(value)
    value, _ = _parsed(value, value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_hidden)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _hidden(value: Any) -> str:
    if not isinstance(value, Hidden):
        raise TypeError(type(value).__name__)
    return f"({value.why})"


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
    text = line[1 : SHOWN_CHARACTERS + 1]
    return Line(name, text, "") if line.startswith("-") else Line(name, "", text)
