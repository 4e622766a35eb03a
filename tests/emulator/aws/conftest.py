from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from emulator.aws import install
from tests.emulator.aws.fakes import FakeBalancers, FakeClock, FakeMachines
from tests.emulator.aws.stand import REGION, Stand


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that are none, and nothing of the shell's AWS settings."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    # Both cost a second for each test, and none of these needs them.
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")


@pytest.fixture
def stand(tmp_path: Path, aws_environment: None) -> Iterator[Stand]:
    """Extended moto in this process, driven by hand."""
    machines, balancers, clock = FakeMachines(), FakeBalancers(), FakeClock()
    with mock_aws():
        engine = install(machines, balancers, clock, tmp_path / "errors.log")
        try:
            yield Stand(machines, balancers, clock, engine, tmp_path / "errors.log")
        finally:
            engine.patches.undo()
