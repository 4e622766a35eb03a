"""The inputs of an environment's infrastructure, and their hash."""

import re
from pathlib import Path

from scripts.base.git_tree import content_hash, tracked_files
from scripts.base.project import ROOT

COMMENT = re.compile(r"^\s*(?:#|//)[^\n]*|^\s*/\*.*?\*/", re.DOTALL | re.MULTILINE)
MODULE = re.compile(r'^\s*module\s+"[^"]+"\s*\{(?P<body>.*?)^\}', re.DOTALL | re.MULTILINE)
SOURCE = re.compile(r'^\s*source\s*=\s*"(?P<source>\.{1,2}/[^"]*)"', re.MULTILINE)


def local_sources(text: str) -> list[str]:
    """Return the relative sources of the module blocks in a file, in its order."""
    code = COMMENT.sub("", text)
    bodies = (match["body"] for match in MODULE.finditer(code))
    return [match["source"] for body in bodies for match in [SOURCE.search(body)] if match]


def reached(folder: Path) -> list[Path]:
    """Return a root and every local module that it reaches, sorted.

    Args:
        folder: the root's folder.
    """
    seen: set[Path] = set()
    waiting = [folder.resolve()]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for file in sorted(current.glob("*.tf")):
            waiting += [(current / source).resolve() for source in local_sources(file.read_text())]
    return sorted(seen)


def inputs_of(folder: Path, root: Path = ROOT) -> list[str]:
    """Return the files below `root` that decide what a root's plan says, sorted.

    A module's own tests and its prose are none of them.

    Raises:
        UsageError: `root` is not a git checkout.
    """
    top = root.resolve()
    folders = [str(module.relative_to(top)) for module in reached(folder)]
    return [name for name in tracked_files(root, [*folders, "project.json"]) if _counts(name)]


def _counts(name: str) -> bool:
    path = Path(name)
    return "tests" not in path.parts and path.suffix != ".md"


def inputs_hash(folder: Path, root: Path = ROOT) -> str:
    """Return the hash of a root's inputs, 12 hex digits; uncommitted edits count.

    Raises:
        UsageError: `root` is not a git checkout.
    """
    return content_hash(root, inputs_of(folder, root))
