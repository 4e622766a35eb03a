"""The inputs of an environment's infrastructure, and their hash."""

from pathlib import Path

from scripts.base import place
from scripts.base.errors import UsageError
from scripts.base.git_tree import content_hash, tracked_files
from scripts.base.project import ROOT
from scripts.domain.hcl import HclError, module_sources, read

LOCAL = ("./", "../")


def reached(folder: Path) -> list[Path]:
    """Return a root and every local module that it reaches, sorted.

    Args:
        folder: the root's folder.

    Raises:
        UsageError: a file cannot be read.
    """
    seen: set[Path] = set()
    waiting = [folder.resolve()]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for file in sorted(current.glob("*.tf")):
            waiting += [(current / source).resolve() for source in _local_sources(file)]
    return sorted(seen)


def _local_sources(file: Path) -> list[str]:
    try:
        sources = module_sources(read(file.read_text()))
    except HclError as error:
        raise UsageError(
            "a Terraform file cannot be read",
            which=f"{file}:{error.line}: {error}",
            next_step=f"{place.command('format')}, or terraform validate, says more.",
        ) from error
    return [source for source in sources if source and source.startswith(LOCAL)]


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
