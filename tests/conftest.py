"""What every test shares: its markers, its order, its surroundings, and one emulator a worker."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.base.git_tree import git
from scripts.base.project import ROOT
from tests import emulators
from tests.budget import Budget
from tests.checkout import Checkout
from tests.emulators import Emulator
from tests.side_by_side import SideBySide

HERE = Path(__file__).parent
SLOW = (HERE / "emulator", HERE / "workflows")
FOLDERS = {"workflows": HERE / "workflows", "live": HERE / "emulator/live"}
"""Markers of all tests in a folder."""
SHARED_EMULATOR_SECONDS = 900
"""For a test on the shared emulator: the first one waits until that is up, and each command or run
takes up to two minutes where the machine has other work."""
BEGUN = pytest.StashKey[bool]()
BESIDE = 10
"""How much nicer the tests are that run beside those of an emulator: nice(2)."""


def pytest_configure(config: pytest.Config) -> None:
    """Count what the tests cost."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Budget())


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SideBySide:
    """Say which tests share a worker."""
    return SideBySide(config, log)


def _forget_who_started_us() -> None:
    """Drop what commands under test would inherit from nohup, a git hook or a person's shell.

    A signal that is ignored stays so for every command, and one that only does nothing does not
    (execve(2)).
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    for name in [name for name in os.environ if name.startswith(("GIT_", "AWS_", "TF_"))]:
        del os.environ[name]
    os.umask(0o022)


# Now, because moto looks for AWS_PROFILE when a conftest below imports it.
_forget_who_started_us()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, and put them in order.

    Those on an emulator come first, because each is one long chain, then those of what was changed
    since the last commit, then what starts servers, machines or Terraform.
    """
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in SLOW):
            item.add_marker(pytest.mark.slow)
        for name, folder in FOLDERS.items():
            if item.path.is_relative_to(folder):
                item.add_marker(name)
        if _uses_emulator(item) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SHARED_EMULATOR_SECONDS))
    changed = _changed()

    def rank(item: pytest.Item) -> tuple[int, bool, bool]:
        for number, name in enumerate(FOLDERS):
            if item.get_closest_marker(name):
                return number, True, True
        stem = item.path.stem.removeprefix("test_")
        return len(FOLDERS), stem not in changed, item.get_closest_marker("slow") is None

    items.sort(key=rank)


def _changed() -> set[str]:
    """Names of the modules, and of the tested ones, that differ from the last commit."""
    changed = git(ROOT, "diff", "--name-only", "HEAD", check=False).splitlines()
    new = git(ROOT, "ls-files", "--others", "--exclude-standard", check=False).splitlines()
    return {Path(name).stem.removeprefix("test_") for name in [*changed, *new]}


def _uses_emulator(item: pytest.Item) -> bool:
    return "emulator" in getattr(item, "fixturenames", ())


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the chain of an emulator go first: it decides when the last test has ended."""
    if "PYTEST_XDIST_WORKER" in os.environ and BEGUN not in item.config.stash:
        item.config.stash[BEGUN] = True
        if not _uses_emulator(item):
            os.nice(BESIDE)


@pytest.fixture(scope="session")
def own_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The worker's own emulator; `make test KEEP=folder` leaves it up for the next time."""
    kept = os.environ.get("KEEP")
    folder = Path(kept).resolve() if kept else tmp_path_factory.mktemp("emulator")
    with emulators.emulator(folder, keep=bool(kept)) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def emulator(own_emulator: Emulator) -> Checkout:
    """An adopted clone with dev up, shared by the tests that leave it whole."""
    return own_emulator.bring_up("dev")
