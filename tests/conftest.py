"""What every test shares: which ones `make check` leaves out, and one emulator for all."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.checkout import Checkout

SLOW = tuple(Path(__file__).parent / name for name in ("emulator", "workflows"))
ACCOUNT = "123456789012"
"""The emulator's account."""


def connected(project: dict[str, Any]) -> dict[str, Any]:
    """Return what project.json holds once its clone is connected to the emulator's account.

    The repository is the one that the harness of tests/workflows plays.
    """
    return {
        **project,
        "repository": "example/slipway",
        "owner_id": 700000001,
        "repository_id": 900000001,
        "registry_account_id": ACCOUNT,
        "environments": [{**one, "account_id": ACCOUNT} for one in project["environments"]],
    }


SHARED_EMULATOR_SECONDS = 900
"""For a test on the shared emulator: the first one waits until that is up, and each command or run
takes up to two minutes where the machine has other work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what starts servers, machines or workflows: some seconds to minutes each."""
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in SLOW):
            item.add_marker(pytest.mark.slow)
        if _uses_emulator(item) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SHARED_EMULATOR_SECONDS))


def _uses_emulator(item: pytest.Item) -> bool:
    return "emulator" in getattr(item, "fixturenames", ())


@dataclass
class ComingUp:
    """A checkout, and the `make up` of each of its environments."""

    checkout: Checkout
    running: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict)


@pytest.fixture(scope="session")
def coming_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComingUp]:
    """A connected copy whose dev and prod come up, side by side.

    Whoever writes tests for it saves the two minutes: SLIPWAY_TEST_EMULATOR names one that is up.
    """
    if ready := os.environ.get("SLIPWAY_TEST_EMULATOR"):
        yield ComingUp(Checkout(Path(ready)))
        return
    checkout = Checkout.copy(tmp_path_factory.mktemp("emulator"))
    project = checkout.folder / "project.json"
    project.write_text(json.dumps(connected(json.loads(project.read_text())), indent=2) + "\n")
    checkout.commit("connect")
    try:
        running = {name: checkout.spawn("up", f"ENV={name}") for name in ("dev", "prod")}
        yield ComingUp(checkout, running)
    finally:
        checkout.make("down", code=None)


@pytest.fixture(scope="session", autouse=True)
def _begun_early(request: pytest.FixtureRequest) -> None:
    """Begin it before the first test where any needs it: an apply is the provider's own waiting."""
    if any(map(_uses_emulator, request.session.items)):
        request.getfixturevalue("coming_up")


@pytest.fixture(scope="session")
def emulator(coming_up: ComingUp) -> Checkout:
    """A connected copy with dev and prod up, shared by the tests that leave it whole."""
    for name, process in coming_up.running.items():
        out, err = process.communicate(timeout=400)
        assert process.returncode == 0, f"make up ENV={name}\n{out}\n{err}"
    return coming_up.checkout
