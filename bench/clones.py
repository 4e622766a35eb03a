"""A fresh clone of HEAD with an emulator of its own, and commands timed in it."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT
from tests.checkout import Checkout, code_of


@dataclass(frozen=True)
class Ran:
    """A command that has ended.

    Attributes:
        begun: when it was started, epoch seconds.
        ended: when its process was gone, epoch seconds.
        progress: what it said on stderr.
    """

    begun: float
    ended: float
    progress: str

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.begun


@contextmanager
def fresh() -> Iterator[Checkout]:
    """Yield a clone of HEAD with this checkout's tools; at the end nothing of it is left."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Checkout(Path(folder) / "clone")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone.folder)], check=True)
        for tools in (".venv", ".tools"):
            if (ROOT / tools).exists():
                (clone.folder / tools).symlink_to(ROOT / tools)
        try:
            yield clone
        finally:
            clone.make("down")


def run(clone: Checkout, *words: str, code: int = 0) -> Ran:
    """Run `make -s words…` in a clone.

    Args:
        clone: where.
        words: the target and its variables.
        code: the exit code that is expected.

    Raises:
        SlipwayError: it ended with another one.
    """
    begun = time.time()
    process = clone.spawn(*words)
    _, progress = process.communicate()
    ended = time.time()
    actual = code_of(process.returncode, progress)
    if actual != code:
        raise SlipwayError(
            f"make {' '.join(words)} ended with {actual} in a clone of HEAD, not with {code}",
            which=progress,
            next_step="Try it in this checkout, then measure again.",
        )
    return Ran(begun, ended, progress)
