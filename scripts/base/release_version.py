"""Naming a release by what goes into its image."""

from pathlib import Path

from scripts.base.git_tree import content_hash
from scripts.base.project import ROOT

CONTENT = ("app", "Dockerfile", ".dockerignore", "requirements/run.txt")
"""Everything that the image is made of; the Dockerfile copies nothing else."""

PLATFORM = "linux/amd64"
"""What the image is built for: the architecture of the instance types in infra/envs."""


def version(root: Path = ROOT) -> str:
    """Return the version of the working tree, also the image's tag: 12 hex digits.

    Raises:
        UsageError: `root` is not a git checkout.
    """
    return content_hash(root, CONTENT, extra=PLATFORM)
