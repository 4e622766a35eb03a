"""The repository's own files, for tests that state facts about them."""

import subprocess
from functools import cache
from pathlib import Path

from scripts.base.project import ROOT


@cache
def tracked() -> tuple[str, ...]:
    """Names of the files that git tracks and that exist, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return tuple(sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file()))


def text(name: str) -> str:
    """Content of a file of the repository."""
    return (ROOT / name).read_text()


def text_or_nothing(name: str) -> str:
    """Content of a file of the repository, empty for one that is not text."""
    try:
        return text(name)
    except UnicodeDecodeError:
        return ""


def folders(pattern: str) -> list[Path]:
    """Folders that match a pattern and hold Terraform."""
    return [path for path in sorted(ROOT.glob(pattern)) if any(path.glob("*.tf"))]
