"""Terraform's native syntax, read by HashiCorp's own parser (hcl/v2, which pygohcl wraps).

A file becomes dictionaries: a block is `{type: {label: {…}}}`, repeated ones are a list, and an
expression that is no plain value is its text, without comments. What HashiCorp's parser takes for
one thing can so never be taken for another here.
"""

import re
from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]

# Control characters, other line ends, what turns the direction of reading, byte order marks. A
# zero byte ends a text for a library of C.
STRANGE = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u202f-\u205f\u2070-\ufefe\uff00-\U0010ffff]")
WHERE = re.compile(r"^.*?\.hcl:(?P<line>\d+),[\d-]+: (?P<why>.*)", re.DOTALL)


class HclError(ValueError):
    """A file cannot be read; `line` is where, 1 where the parser does not say."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def read(text: str) -> Body:
    """Return what a file holds.

    Raises:
        HclError: the file is not understood.
    """
    # Loads a library of 10 MB: only for those who read.
    import pygohcl

    text = text.replace("\r\n", "\n")
    if strange := STRANGE.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise HclError(line, f"holds the control character {strange.group()!r}")
    try:
        body: Body = pygohcl.loads(text)
    except (pygohcl.HCLParseError, pygohcl.HCLInternalError) as error:
        found = WHERE.match(str(error))
        if found is None:
            raise HclError(1, str(error)) from error
        raise HclError(int(found["line"]), found["why"].strip()) from error
    return body


def blocks(body: Body, kind: str, labels: int) -> Iterator[tuple[tuple[str, ...], Body]]:
    """Return the labels and the bodies of the blocks of a type.

    Args:
        body: of the file, or of a block.
        kind: the type.
        labels: how many a block of it has.

    Raises:
        HclError: one is written otherwise.
    """
    yield from _labelled(body.get(kind, []), (kind,), labels)


def _labelled(
    value: Any, path: tuple[str, ...], labels: int
) -> Iterator[tuple[tuple[str, ...], Body]]:
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            raise HclError(1, f"{'.'.join(path)} is no block with {labels} labels")
        if labels == 0:
            yield path[1:], one
            continue
        for label, inner in one.items():
            yield from _labelled(inner, (*path, label), labels - 1)


def module_sources(body: Body) -> list[str | None]:
    """Return the sources of a file's module blocks; None for one that is no text.

    Raises:
        HclError: one is not written as a block.
    """
    sources = [module.get("source") for _, module in blocks(body, "module", 1)]
    return [source if isinstance(source, str) else None for source in sources]


def values(body: Any, name: str) -> Iterator[Any]:
    """Return every value of that name, however deep it stands."""
    for one in body if isinstance(body, list) else [body]:
        if isinstance(one, dict):
            for key, value in one.items():
                if key == name:
                    yield value
                yield from values(value, name)
