"""Scenes on the shared emulator, and a second emulator in a network of its own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.emulator.live.scene import Scene
from tests.emulators import Emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "scene" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.load)


@pytest.fixture(scope="session", autouse=True)
def airgapped(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> "Iterator[subprocess.Popen[str] | None]":
    """A second clone's emulator in a network of its own; it works while other tests run."""
    unshare = ["unshare", "--net", "--map-root-user"]
    asked_for = any(item.path.name == "test_isolation.py" for item in request.session.items)
    if not asked_for or not shutil.which("unshare") or subprocess.call([*unshare, "true"]):
        yield None
        return
    checkout = Checkout.copy(tmp_path_factory.mktemp("airgapped"))
    files = tmp_path_factory.mktemp("hostile")
    process = subprocess.Popen(
        [*unshare, sys.executable, "-m", "tests.emulator.live.airgap", checkout.folder, files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.wait(timeout=400)


@pytest.fixture(params=["dev", pytest.param("prod", marks=pytest.mark.soak)])
def scene(
    emulator: Checkout, own_emulator: Emulator, request: pytest.FixtureRequest
) -> Iterator[Scene]:
    """An environment of the shared emulator; left without a hold, at some release of this test."""
    own_emulator.bring_up(request.param)
    scene = Scene(emulator, request.param)
    yield scene
    emulator.git("checkout", "--quiet", ".")
    emulator.make("unhold", f"ENV={scene.environment}", code=None)
