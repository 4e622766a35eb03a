"""A fresh clone of HEAD, for what is measured on a stage of its own, and commands timed in it."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.errors import SlipwayError
from scripts.project import ROOT
from tests.checkout import Checkout, code_of


@dataclass(frozen=True)
class Ran:
    """A command that has ended.

    Attributes:
        begun: when it was started, epoch seconds.
        ended: when its process was gone, epoch seconds.
        lines: its progress, each line with the moment at which it came, epoch seconds.
    """

    begun: float
    ended: float
    lines: tuple[tuple[float, str], ...]

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.begun

    @property
    def progress(self) -> str:
        """What it said on stderr."""
        return "".join(line for _, line in self.lines)

    def said(self, words: str) -> float:
        """Return when it first said something, epoch seconds.

        Raises:
            SlipwayError: it never did.
        """
        for moment, line in self.lines:
            if words in line:
                return moment
        raise SlipwayError(f"the command never said {words!r}", which=self.progress)


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
    """Run `make -s words…` in a clone and note when it said what.

    Args:
        clone: where.
        words: the target and its variables.
        code: the exit code that is expected.

    Raises:
        SlipwayError: it ended with another one.
    """
    begun = time.time()
    with clone.spawn(*words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = tuple((time.time(), line) for line in process.stderr)
        # A result is one line: it never fills the pipe while progress is read.
        process.stdout.read()
    ran = Ran(begun, time.time(), lines)
    actual = code_of(process.returncode, ran.progress)
    if actual != code:
        raise SlipwayError(
            f"make {' '.join(words)} ended with {actual} in a clone of HEAD, not with {code}",
            which=ran.progress,
            next_step="Try it in this checkout, then measure again.",
        )
    return ran
