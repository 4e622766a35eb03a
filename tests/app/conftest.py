"""What the service's tests share."""

import dataclasses
from typing import Any

import pytest

from app.config import EXAMPLE, Config
from app.factory import create_app
from tests.app.doubles import MemoryStorage
from tests.app.edge import Edge
from tests.app.gunicorn_process import Gunicorn

TABLE: Any = {
    "TableName": "visits",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "address", "AttributeType": "S"},
        {"AttributeName": "id", "AttributeType": "S"},
    ],
    "KeySchema": [
        {"AttributeName": "address", "KeyType": "HASH"},
        {"AttributeName": "id", "KeyType": "RANGE"},
    ],
}


@pytest.fixture
def config():
    return Config.from_environment(EXAMPLE)


@pytest.fixture
def memory():
    return MemoryStorage()


@pytest.fixture
def browse(config, memory):
    """Make a client of the service as it runs behind a number of trusted proxies."""

    def client(trusted_proxies=1, storage=memory):
        changed = dataclasses.replace(config, trusted_proxies=trusted_proxies)
        return create_app(changed, storage).test_client()

    return client


@pytest.fixture
def client(browse):
    return browse()


@pytest.fixture
def aws_environment(monkeypatch):
    """Dummy credentials and a region, whatever the shell has."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


@pytest.fixture
def edge():
    with Edge() as edge:
        yield edge


@pytest.fixture
def start(tmp_path, edge):
    """Start the service under gunicorn with further arguments and variables."""
    servers = []

    def server(arguments="", **environment):
        started = Gunicorn(tmp_path, arguments, AWS_ENDPOINT_URL=edge.url, **environment)
        servers.append(started)
        return started

    yield server
    for started in servers:
        started.stop()
