"""A part of the suite, whoever starts it: nohup, a hook, a shell, in a folder with a space."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import Checkout

pytestmark = pytest.mark.slow

PART = (
    "tests/bench/test_scenarios.py::test_a_run_that_is_killed_leaves_the_page_as_it_was",
    "tests/scripts/base/test_git_tree.py",
    "tests/scripts/base/test_command.py",
    "tests/scripts/upkeep",
    "tests/repo/test_makefile.py",
)
"""Signals, git, files and their modes, make: what a surrounding can change."""
SURROUNDINGS = {
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "COLUMNS": "40",
    "GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z",
    "GIT_INDEX_FILE": "elsewhere",
    "LC_ALL": "C",
    "MAKEFLAGS": "-n",
    "TF_CLI_ARGS": "-help",
    "TZ": "Pacific/Chatham",
}
"""What a git hook, a shell of another project, or a person far away sets."""


def _hostile() -> None:
    """Runs between fork and exec."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o077)


def test_a_part_of_the_suite_passes_whoever_starts_it(tmp_path: Path):
    checkout = Checkout.copy(tmp_path / "a folder, with a space")
    home = tmp_path / "home"
    home.mkdir()
    surroundings = {**SURROUNDINGS, "GIT_DIR": str(tmp_path / "no repository"), "HOME": str(home)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PART]
    done = subprocess.run(
        command,
        cwd=checkout.folder,
        env={**os.environ, **surroundings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=_hostile,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
