from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from moto import mock_aws

from emulator.aws import install
from scripts.base import place
from tests.emulator.aws.fakes import FakeBalancers, FakeClock, FakeMachines
from tests.emulator.aws.stand import REGION, Stand
from tests.scripts.emulated import Environment
from tests.scripts.github_job import at_home, repository, step
from tests.scripts.github_server import github_server

__all__ = ["at_home", "github_server", "repository", "step"]


@pytest.fixture(scope="session", autouse=True)
def service_models() -> Iterator[None]:
    """Read each of AWS's large service models once, not once for every client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(autouse=True)
def no_shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials that are none, and nothing of the shell's AWS settings."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "GITHUB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    # By monkeypatch, so that what a command says of itself ends with the test.
    monkeypatch.setenv(place.ON, "")
    monkeypatch.setenv("SLIPWAY_WORK_DIR", str(tmp_path / "work"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    # Both cost a second for each test, and none of these needs them.
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """The environment dev, its infrastructure made and nothing released."""
    machines, balancers, clock = FakeMachines(), FakeBalancers(), FakeClock()
    with mock_aws():
        engine = install(machines, balancers, clock, tmp_path / "errors.log")
        try:
            stand = Stand(machines, balancers, clock, engine, tmp_path / "errors.log")
            yield Environment(stand, monkeypatch)
        finally:
            engine.patches.undo()
