"""The suite where others run it: from nohup, a hook or a shell, and in another team's clone."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import clones
from tests.checkout import Checkout
from tests.emulator.live.scenarios import FILE

pytestmark = pytest.mark.slow

PART = (
    "tests/bench/test_scenarios.py::test_a_run_that_is_killed_leaves_the_page_as_it_was",
    "tests/scripts/base/test_git_tree.py",
    "tests/scripts/base/test_command.py",
    "tests/scripts/upkeep",
    "tests/repo/test_makefile.py",
)
"""Signals, git, files and their modes, make: what a surrounding can change."""

OF_THE_PROJECT = (
    "tests/repo",
    "tests/scripts/adapters/github",
    "tests/scripts/base",
    "tests/scripts/operations/test_connect_project.py",
    "tests/scripts/operations/test_find_newest_ami.py",
    "tests/scripts/reporting",
    "tests/scripts/workflow_steps",
)
"""What reads this clone's project.json or CODEOWNERS, and takes seconds."""

TRUST = "tests/trust/test_accounts.py"
"""Roles and policies of a project with an account for each environment, by Terraform's plan."""

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


def assert_passes(
    checkout: Checkout,
    *words: str,
    surroundings: dict[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> None:
    """Run pytest in a checkout.

    Args:
        checkout: where.
        words: its arguments.
        surroundings: variables beside those of this process.
        before: runs between fork and exec.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=checkout.folder,
        env={**os.environ, **(surroundings or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=before,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


def test_a_part_of_the_suite_passes_whoever_starts_it(tmp_path: Path):
    checkout = Checkout.copy(tmp_path / "a folder, with a space")
    home = tmp_path / "home"
    home.mkdir()
    surroundings = {**SURROUNDINGS, "GIT_DIR": str(tmp_path / "no repository"), "HOME": str(home)}
    assert_passes(checkout, *PART, surroundings=surroundings, before=_hostile)


@pytest.mark.timeout(900)
def test_a_part_of_the_suite_passes_in_another_teams_clone(tmp_path: Path):
    checkout = clones.copy(tmp_path / "clone", clones.adopted)
    assert_passes(checkout, "-m", "not slow and not soak", *OF_THE_PROJECT)
    assert_passes(checkout, TRUST)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_the_whole_suite_passes_in_another_teams_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv(FILE, raising=False)  # its scenarios are no rows of this run's table
    clones.copy(tmp_path / "clone", clones.adopted).make("test", "KEEP=", seconds=3500)
