"""GitHub and AWS on this machine for the real workflow files."""

import os
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from scripts.base.project import Project
from tests import clones, emulators
from tests.checkout import Checkout
from tests.emulators import Emulator
from tests.workflows.harness import Harness
from tests.workflows.oidc import Trust
from tests.workflows.team import Team

OF_A_RUNNER = (
    *("PATH", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"),
    *("AWS_EC2_METADATA_DISABLED", "CHECKPOINT_DISABLE", "EMULATOR_REGISTRY_DIR"),
    *("SLIPWAY_PROVIDER_MIRROR", "EMULATOR_CLOCK"),
)
"""What a runner has of the emulator's environment: where AWS is, and no credentials for it."""


def runner_environment(emulator: Checkout) -> dict[str, str]:
    """The environment of a runner that reaches an emulator."""
    shell = 'eval "$(.venv/bin/python -m emulator.environment)" && env -0'
    listed = subprocess.run(
        ["bash", "-c", shell], cwd=emulator.folder, check=True, capture_output=True, text=True
    ).stdout
    values = dict(pair.split("=", 1) for pair in listed.split("\0") if pair)
    return {name: values[name] for name in OF_A_RUNNER if name in values}


@pytest.fixture(scope="session")
def own_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The emulator of a clone that another team has adopted, with an account per environment."""
    kept = os.environ.get("KEEP")
    folder = Path(kept).resolve() if kept else tmp_path_factory.mktemp("adopted")
    with emulators.emulator(folder, keep=bool(kept), become=clones.adopted) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def emulator(own_emulator: Emulator) -> Checkout:
    """An adopted clone with dev and prod up, shared by the tests that leave it whole."""
    return own_emulator.bring_up("dev", "prod")


@pytest.fixture(scope="session")
def runner(emulator: Checkout) -> dict[str, str]:
    return runner_environment(emulator)


@pytest.fixture
def github(
    emulator: Checkout, runner: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Harness]:
    """A repository on GitHub whose main is the shared emulator's checkout."""
    trust = Trust(runner["AWS_ENDPOINT_URL"], Project.load(emulator.folder).region)
    harness = Harness(emulator, runner, tmp_path_factory.mktemp("runs"), trust)
    try:
        yield harness
    finally:
        harness.close()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know that their test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def team(emulator: Checkout, github: Harness, request: pytest.FixtureRequest) -> Iterator[Team]:
    """People at work; whatever they held is lifted afterwards, and no edit is left uncommitted.

    A test that failed leaves no commit on main either, and dev as main says: the next would
    fail for what this one left.

    Prod has no reviewers, so that a merge ends with dev: `reviewed` asks for them.
    """
    team = Team(emulator, github)
    before = team.head
    yield team
    emulator.git("checkout", "--quiet", "--force", "main")
    for environment in ("dev", "prod"):
        emulator.make("unhold", f"ENV={environment}", code=None)
    if request.node.stash.get(FAILED, False):
        github.close()
        emulator.git("reset", "--quiet", "--hard", before)
        emulator.make("deploy", "ENV=dev", code=None)


@pytest.fixture
def reviewed(github: Harness) -> None:
    """Prod asks a person."""
    github.data.environments["prod-approval"] = ["grace"]
