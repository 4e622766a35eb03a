"""What of a plan's values may be shown: nothing that Terraform marks, on either side of a change.

Marks have the form of the value that they are about; where they have another one, all of it is
hidden. A secret is also known by its text: a copy of it in a place that nobody marked is hidden.
Format: https://developer.hashicorp.com/terraform/internals/json-format.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

DEEPEST = 100
"""Levels of a value that are looked through; no resource of the provider has half as many."""

SHORTEST_EQUAL, SHORTEST_WITHIN = 4, 8
"""Characters that a secret has to have to be known by its text, alone and within another."""

MOST_WITHIN = 200
"""Secrets that are looked for within other texts."""


class Hidden:
    """Stands for a value that is not shown.

    Two are equal where what they hide is: a change from one secret to another is still a change.

    Args:
        why: it is not shown.
        value: that is hidden; never part of any text.
    """

    def __init__(self, why: str, value: Any = None) -> None:
        self.why = why
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and (self.why, self._value) == (other.why, other._value)

    __hash__ = None  # type: ignore[assignment]  # what is hidden may be a dictionary

    def __repr__(self) -> str:
        return f"({self.why})"


SENSITIVE = "sensitive"
UNKNOWN = Hidden("known after apply")


@dataclass(frozen=True)
class Secrets:
    """Texts that are hidden somewhere in a plan, and so everywhere."""

    texts: frozenset[str] = frozenset()

    def __contains__(self, text: object) -> bool:
        if not isinstance(text, str):
            return False
        if text in self.texts:
            return True
        return any(one in text for one in self._within)

    @cached_property
    def _within(self) -> list[str]:
        """Those that are looked for within other texts; none where they are too many."""
        long = [one for one in self.texts if len(one) >= SHORTEST_WITHIN]
        return long if len(long) <= MOST_WITHIN else []


def shown(
    value: Any, marks: Sequence[Any], unknown: Any, secrets: Secrets = Secrets(), depth: int = 0
) -> Any:
    """Return a value with `Hidden` wherever it is not to be shown.

    Args:
        value: as JSON has it; what is unknown is missing from it.
        marks: Terraform's `before_sensitive` and `after_sensitive`: true for all of it, or a tree
            of the value's form.
        unknown: Terraform's `after_unknown`, of the same form; False for a value of before.
        secrets: texts that are hidden elsewhere.
        depth: levels above it.
    """
    if is_hidden(value, marks):
        return Hidden(SENSITIVE, value)
    if unknown is True:
        return UNKNOWN
    if isinstance(value, str):
        return Hidden(SENSITIVE, value) if value in secrets else value
    if depth > DEEPEST and isinstance(value, dict | list):
        return Hidden("nested too deeply to be shown", value)
    to_come = _unknown_keys(unknown)
    if isinstance(value, dict) or (value is None and to_come):
        parts = value or {}
        return {
            key: shown(parts.get(key), below(marks, key), _below(unknown, key), secrets, depth + 1)
            for key in sorted({*parts, *to_come})
        }
    if isinstance(value, list):
        return [
            shown(item, below(marks, index), _below(unknown, index), secrets, depth + 1)
            for index, item in enumerate(value)
        ]
    return value


def is_hidden(value: Any, marks: Sequence[Any]) -> bool:
    """Return whether all of a value is hidden: it is marked, or its marks are of another form."""
    return any(_hides(mark, value) for mark in marks)


def _hides(mark: Any, value: Any) -> bool:
    if not isinstance(mark, dict | list):
        return bool(mark)
    if value is None or not anything(mark):
        return False
    if isinstance(mark, dict):
        return not isinstance(value, dict)
    return not (isinstance(value, list) and len(value) == len(mark))


def hidden_texts(value: Any, marks: Sequence[Any], *, within: bool = False) -> Iterator[str]:
    """Return the texts of a value that are hidden, without those too short to be known again."""
    within = within or is_hidden(value, marks)
    if isinstance(value, str) and within and len(value) >= SHORTEST_EQUAL:
        yield value
    elif within or any(map(anything, marks)):
        parts: Any = enumerate(value) if isinstance(value, list) else ()
        for key, part in value.items() if isinstance(value, dict) else parts:
            yield from hidden_texts(part, below(marks, key), within=within)


def below(marks: Sequence[Any], key: str | int) -> list[Any]:
    """Return the marks of a part."""
    return [_below(mark, key) for mark in marks]


def _below(mark: Any, key: str | int) -> Any:
    if isinstance(mark, dict):
        return mark.get(key, False)
    if isinstance(mark, list) and isinstance(key, int) and key < len(mark):
        return mark[key]
    return False


def anything(marks: Any) -> bool:
    """Return whether anything is marked."""
    if isinstance(marks, dict):
        return any(anything(mark) for mark in marks.values())
    if isinstance(marks, list):
        return any(anything(mark) for mark in marks)
    return bool(marks)


def _unknown_keys(unknown: Any) -> set[str]:
    if not isinstance(unknown, dict):
        return set()
    return {key for key, mark in unknown.items() if anything(mark)}
