"""Writing files that nobody may find half-written."""

from pathlib import Path


def replace_text(path: Path, text: str) -> bool:
    """Write a file in one step; return False where it holds that text already."""
    if path.exists() and path.read_text() == text:
        return False
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text)
    draft.replace(path)
    return True
