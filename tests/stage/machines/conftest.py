from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from stage.machines.host import ProcessMachines
from tests.stage.machines.world import REGION, Hooks, World


@pytest.fixture
def aws_environment(tmp_path: Path) -> Iterator[None]:
    """Only the test's own AWS settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
            patch.delenv(name, raising=False)
        (tmp_path / "empty").touch()
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, str(tmp_path / "empty"))
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        yield


@pytest.fixture
def world(
    tmp_path: Path, aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """moto's server with a repository and a log group, and no machine yet."""
    hooks = Hooks()
    hooks.install(lambda owner, name, method: monkeypatch.setattr(owner, name, method, False))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    boto3.client("ecr", region_name=REGION).create_repository(repositoryName="sample")
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName="/slipway/dev")
    registry = tmp_path / "registry"
    registry.mkdir()
    machines = ProcessMachines(
        tmp_path / "machines", endpoint_url=endpoint, registry=registry, region=REGION
    )
    try:
        yield World(endpoint, registry, machines, hooks)
    finally:
        machines.close()
        server.stop()
