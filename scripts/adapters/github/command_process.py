"""One of our commands as a process of its own within a job, its answer apart from its progress."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass

from scripts.base.project import ROOT


@dataclass(frozen=True)
class Ended:
    """A command that has ended.

    Attributes:
        exit_code: 0 done, 1 failed, 2 usage, 3 refused, 4 unknown.
        answer: what it printed on stdout.
        progress: lines of its stderr.
    """

    exit_code: int
    answer: str
    progress: list[str]


def run(words: list[str]) -> Ended:
    """Run `python -m scripts` with words; its progress is shown while it works."""
    with tempfile.TemporaryFile("w+") as answer:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts", *words],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        assert process.stderr is not None
        progress = []
        for line in process.stderr:
            sys.stderr.write(line)
            sys.stderr.flush()
            progress.append(line.rstrip("\n"))
        exit_code = process.wait()
        answer.seek(0)
        return Ended(exit_code, answer.read(), progress)
