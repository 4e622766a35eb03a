"""What a step of a job failed with, kept for the step that reports it."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.adapters.github import job
from scripts.base.errors import SlipwayError

FILE = "step-failure.json"


@dataclass(frozen=True)
class Failed:
    """The error of a step.

    Attributes:
        step: the verb that ran.
        what: what failed.
        which: the things concerned.
        next_step: what to do.
        exit_code: 1 failed, 2 usage, 3 refused, 4 unknown.
    """

    step: str
    what: str
    which: list[str]
    next_step: str
    exit_code: int


def note(error: SlipwayError, step: str) -> None:
    """Keep an error of this step, and show it on the run's page."""
    failed = Failed(step, error.what, error.which, error.next_step, error.exit_code)
    # A disk that is full must not hide what failed.
    with suppress(OSError):
        _file().write_text(json.dumps(asdict(failed)))
    job.annotate("error", error.what, "\n".join([*error.which, error.next_step]).strip())


def noted() -> Failed | None:
    """Return the last error of this job's steps, None without one."""
    try:
        return Failed(**json.loads(_file().read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _file() -> Path:
    return Path(os.environ.get("RUNNER_TEMP", "."), FILE)
