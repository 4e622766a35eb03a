"""Hashes of parts of the working tree, the same in a clean checkout and before a commit."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scripts.base.errors import UsageError

HASH_DIGITS = 12


def content_hash(root: Path, paths: Iterable[str], extra: str = "") -> str:
    """Hash files by what git would commit of them now.

    Uncommitted edits and untracked files count, ignored files do not; modes count, times do not.
    The index and the object store of the checkout are left as they are.

    Args:
        root: top of the checkout.
        paths: files and folders below it; those that do not exist are left out.
        extra: anything else that the hash should depend on.

    Returns:
        12 hex digits.

    Raises:
        UsageError: `root` is not a git checkout.
    """
    listing = tree_listing(root, paths)
    return hashlib.sha256(f"{listing}\0{extra}".encode()).hexdigest()[:HASH_DIGITS]


def tree_listing(root: Path, paths: Iterable[str]) -> str:
    """Return `mode type object<TAB>path` of each file that counts, one a line, sorted by path.

    Raises:
        UsageError: `root` is not a git checkout.
    """
    wanted = sorted(path for path in paths if (root / path).exists())
    if not wanted:
        return ""
    with tempfile.TemporaryDirectory(prefix="git-index-") as scratch:
        objects = Path(scratch, "objects")
        objects.mkdir()
        # New objects go to the scratch folder: hashing an edit leaves nothing behind in .git.
        environment = {
            **os.environ,
            "GIT_INDEX_FILE": str(Path(scratch, "index")),
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(_object_store(root)),
        }
        # Starting from HEAD keeps files that are tracked although an ignore rule matches them.
        if git(root, "rev-parse", "--verify", "--quiet", "HEAD", check=False):
            git(root, "read-tree", "HEAD", environment=environment)
        git(root, "add", "--all", "--", *wanted, environment=environment)
        tree = git(root, "write-tree", environment=environment)
        return git(
            root, "ls-tree", "-r", "--full-tree", tree, "--", *wanted, environment=environment
        )


def tracked_files(root: Path, paths: Iterable[str]) -> list[str]:
    """Return the files below `root` that git tracks or would track, sorted.

    Args:
        root: top of the checkout.
        paths: files and folders below it.

    Raises:
        UsageError: `root` is not a git checkout.
    """
    listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths)
    return sorted(name for name in set(listed.split("\0")) if name and (root / name).is_file())


def _object_store(root: Path) -> Path:
    return (root / git(root, "rev-parse", "--git-path", "objects")).resolve()


def merged_changes(root: Path, paths: Iterable[str] = ()) -> list[str]:
    """Return the files in which the merge that is checked out differs from its first parent.

    A renamed file is there under both names. Empty too where no merge is checked out, or one
    without its parents.

    Args:
        root: top of the checkout.
        paths: files and folders below it to look at; all without any.
    """
    parents = ("HEAD^1", "HEAD^2")
    if not all(git(root, "rev-parse", "--verify", "--quiet", it, check=False) for it in parents):
        return []
    listed = git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD^1", "HEAD", "--", *paths)
    return [name for name in listed.split("\0") if name]


def head_commit(root: Path) -> str:
    """Return the commit that is checked out, 40 hex digits; empty before the first one."""
    return git(root, "rev-parse", "--verify", "--quiet", "HEAD", check=False)


def git(
    root: Path, *arguments: str, environment: dict[str, str] | None = None, check: bool = True
) -> str:
    """Run git in `root` and return its output, stripped.

    Raises:
        UsageError: git fails and `check` is set, or is not installed.
    """
    try:
        done = subprocess.run(
            ["git", "-c", "core.quotePath=true", "-c", "core.safecrlf=false", *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise UsageError("git is not installed", next_step="Install git.") from error
    if done.returncode and check:
        raise UsageError(
            f"git {arguments[0]} failed",
            which=[str(root), done.stderr.strip()],
            next_step="A release is named by the git tree: work in a clone of the repository.",
        )
    return done.stdout.strip() if not done.returncode else ""
