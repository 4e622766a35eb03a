"""Scenes on an emulator that has no network but loopback, used from a hostile shell."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.emulator.live import hostile, isolation
from tests.emulator.live.scene import Scene
from tests.emulators import Emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "scene" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.load)
    # Behind everything that it counts, and behind everything that needs the environment.
    last = ("test_isolation.py", "test_take_down.py")
    items.sort(key=lambda item: last.index(item.path.name) if item.path.name in last else -1)


@dataclass(frozen=True)
class Surroundings:
    """Where the tests of this folder run.

    Attributes:
        why_not: why they have no network of their own; empty where they do.
        callers: who was led astray by the shell.
        shell: that shell's variables.
    """

    why_not: str
    callers: list[str]
    shell: dict[str, str]


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """A network with loopback alone, where the kernel gives one, and a hostile shell.

    Only in a worker of several: in one process the emulator may be up already, outside of it.
    """
    why_not = ""
    if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
        try:
            isolation.enter()
        except OSError as error:
            why_not = str(error)
    else:
        why_not = "other tests share its process"
    with hostile.listener() as (url, callers):
        shell = hostile.shell(tmp_path_factory.mktemp("hostile"), url)
        yield Surroundings(why_not, callers, shell)


@pytest.fixture(scope="session")
def emulator(surroundings: Surroundings, own_emulator: Emulator) -> Checkout:
    """An adopted clone with dev up, shared by the tests that leave it whole."""
    own_emulator.checkout.shell = surroundings.shell
    return own_emulator.bring_up("dev")


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
