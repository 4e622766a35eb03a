"""One stage with dev and prod up, shared by the tests that leave it as they found it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import Checkout


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session", autouse=True)
def airgapped(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> "Iterator[subprocess.Popen[str] | None]":
    """A second clone's stage in a network of its own; it works while other tests run."""
    unshare = ["unshare", "--net", "--map-root-user"]
    asked_for = any(item.path.name == "test_isolation.py" for item in request.session.items)
    if not asked_for or not shutil.which("unshare") or subprocess.call([*unshare, "true"]):
        yield None
        return
    checkout = Checkout.copy(tmp_path_factory.mktemp("airgapped"))
    files = tmp_path_factory.mktemp("hostile")
    process = subprocess.Popen(
        [*unshare, sys.executable, "-m", "tests.stage.live.airgap", checkout.folder, files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.wait(timeout=400)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    checkout = Checkout.copy(tmp_path_factory.mktemp("stage"))
    try:
        # Side by side: most of an apply is the provider's own waiting.
        running = {name: checkout.spawn("up", f"ENV={name}") for name in ("dev", "prod")}
        for name, process in running.items():
            out, err = process.communicate(timeout=400)
            assert process.returncode == 0, f"make up ENV={name}\n{out}\n{err}"
        yield checkout
    finally:
        checkout.make("down", code=None)
