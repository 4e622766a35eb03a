"""What every test shares: which ones `make check` leaves out, and one stage for all that use it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import Checkout

STAGE = Path(__file__).parent / "stage"
CONNECTED = {
    "repository": "example/slipway",
    "owner_id": 700000001,
    "repository_id": 900000001,
    "account_id": "123456789012",
}
"""The stage's account, and a repository as the harness of tests/workflows plays it."""


SHARED_STAGE_SECONDS = 900
"""For a test on the shared stage: the first one waits until that is up, and each command or run
takes up to two minutes where the machine has other work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the stage's tests as slow: they start servers and machines, some seconds each."""
    for item in items:
        if item.path.is_relative_to(STAGE):
            item.add_marker(pytest.mark.slow)
        shared = "stage" in getattr(item, "fixturenames", ())
        if shared and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SHARED_STAGE_SECONDS))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A connected copy with dev and prod up, shared by the tests that leave it whole.

    Whoever writes such tests saves the two minutes: SLIPWAY_TEST_STAGE names one that is up.
    """
    if ready := os.environ.get("SLIPWAY_TEST_STAGE"):
        yield Checkout(Path(ready))
        return
    checkout = Checkout.copy(tmp_path_factory.mktemp("stage"))
    project = checkout.folder / "project.json"
    project.write_text(json.dumps({**json.loads(project.read_text()), **CONNECTED}, indent=2))
    checkout.commit("connect")
    try:
        # Side by side: most of an apply is the provider's own waiting.
        running = {name: checkout.spawn("up", f"ENV={name}") for name in ("dev", "prod")}
        for name, process in running.items():
            out, err = process.communicate(timeout=400)
            assert process.returncode == 0, f"make up ENV={name}\n{out}\n{err}"
        yield checkout
    finally:
        checkout.make("down", code=None)
