from collections.abc import Iterator

import boto3
import pytest
from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer

from emulator.machines.host import ProcessMachines
from tests.emulator.machines.account import REGION, EmulatedAccount, Hooks


@pytest.fixture(scope="module")
def aws_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """Only the test's own AWS settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
            patch.delenv(name, raising=False)
        empty = tmp_path_factory.mktemp("settings") / "empty"
        empty.touch()
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, str(empty))
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        yield patch


@pytest.fixture(scope="module")
def account(
    aws_environment: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmulatedAccount]:
    """moto's server with a repository and a log group, and no machine yet."""
    hooks = Hooks()
    hooks.install(lambda owner, name, method: aws_environment.setattr(owner, name, method, False))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    aws_environment.setenv("AWS_ENDPOINT_URL", endpoint)
    moto_api_backend.reset()  # the state belongs to the process, not to the server
    boto3.client("ecr", region_name=REGION).create_repository(repositoryName="sample")
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName="/slipway/dev")
    directory = tmp_path_factory.mktemp("account")
    registry = directory / "registry"
    registry.mkdir()
    machines = ProcessMachines(
        directory / "machines", endpoint_url=endpoint, registry=registry, region=REGION
    )
    try:
        yield EmulatedAccount(endpoint, directory, registry, machines, hooks)
    finally:
        machines.close()
        server.stop()
