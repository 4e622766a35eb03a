"""What a step tells the job that it runs in: outputs, the summary, annotations.

Sources: "Workflow commands for GitHub Actions" in GitHub's documentation. Outside GitHub the same
things are printed, so that a step can be run at home.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Literal

from scripts.base.console import output

SUMMARY_BYTES = 1_000_000
"""GitHub drops a step's summary above 1 MiB as a whole."""

CUT = "\n\n… cut here: the rest is in the log of this step.\n"
Level = Literal["notice", "warning", "error"]


def on_github() -> bool:
    """Whether this process is a step of a GitHub job."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def is_set(name: str) -> bool:
    """Whether an option of the workflow is ticked."""
    return os.environ.get(name) == "true"


def set_output(name: str, value: str | bool) -> None:
    """Give a value to later steps and jobs; booleans become `true` and `false`.

    Args:
        name: the output's name.
        value: may have several lines.
    """
    text = str(value).lower() if isinstance(value, bool) else value
    if file := os.environ.get("GITHUB_OUTPUT"):
        # An unguessable delimiter: the value may come from outside.
        delimiter = f"end-{secrets.token_hex(8)}"
        _append(file, f"{name}<<{delimiter}\n{text}\n{delimiter}\n")
    else:
        output(f"{name}={text}")


def summary(markdown: str) -> None:
    """Add Markdown to the job's summary; what does not fit is cut at a line."""
    text = clip(markdown, SUMMARY_BYTES)
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        _append(file, text.rstrip("\n") + "\n\n")
    else:
        output(text)


def clip(text: str, most_bytes: int) -> str:
    """Return text of at most so many bytes, cut at the end of a line and saying so."""
    if len(text.encode()) <= most_bytes:
        return text
    kept = text.encode()[: most_bytes - len(CUT.encode())].decode(errors="ignore")
    return kept.rpartition("\n")[0] + CUT


def annotate(level: Level, title: str, text: str = "") -> None:
    """Show a line on the run's page; at home it is printed.

    On stderr, which a runner reads as it reads stdout: what a command prints there is its answer.
    """
    if on_github():
        line = f"::{level} title={_property(title)}::{_data(text or title)}"
    else:
        line = f"{level}: {title}" + (f": {text}" if text else "")
    sys.stderr.write(line + "\n")


def show(text: str) -> None:
    """Print text of others into the job's log, where a line of it is no workflow command."""
    if not on_github():
        output(text)
        return
    # Commands are read again after a word that the text cannot know.
    word = secrets.token_hex(16)
    output(f"::stop-commands::{word}")
    output(text)
    output(f"::{word}::")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _append(file: str, text: str) -> None:
    with Path(file).open("a") as opened:
        opened.write(text)
