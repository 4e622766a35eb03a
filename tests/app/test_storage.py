"""The storage against moto's DynamoDB: what it writes, and what it reads."""

import dataclasses
import os
import time

import boto3
import pytest
from botocore.config import Config as ClientConfig
from moto.server import ThreadedMotoServer

from app import records, uuid7
from app.addresses import parse, reverse
from app.config import ConfigurationError
from app.storage import StorageUnavailableError, clients
from app.storage.dynamodb import DynamoStorage
from tests.app.conftest import TABLE
from tests.app.doubles import LONGEST_SECONDS

clock = uuid7.Generator()


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def table(moto, aws_environment, monkeypatch):
    """moto's DynamoDB over HTTP, with the service's table, empty."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    client = boto3.client("dynamodb", config=ClientConfig(retries={"total_max_attempts": 1}))
    client.create_table(**TABLE)
    yield client
    if TABLE["TableName"] in client.list_tables()["TableNames"]:
        client.delete_table(TableName=TABLE["TableName"])


@pytest.fixture
def storage(config, table):
    return DynamoStorage.connect(config)


def visit(address="192.0.2.1", retention_seconds=3600):
    return records.record(reverse(parse(address)), clock.generate(), retention_seconds)


def test_a_stored_record_is_an_item_with_every_attribute(storage, table, config):
    record = visit(retention_seconds=config.retention_seconds)
    storage.put(record)
    [item] = table.scan(TableName="visits")["Items"]
    assert item == {
        "address": {"S": "192.0.2.1"},
        "id": {"S": record.id},
        "version": {"N": "4"},
        "reversed": {"S": "1.2.0.192"},
        "reverse_pointer": {"S": "1.2.0.192.in-addr.arpa"},
        "seen_at": {"S": record.seen_at},
        "expires_at": {"N": str(record.expires_at)},
    }


def test_a_record_expires_thirty_days_after_the_visit(config):
    record = visit(retention_seconds=config.retention_seconds)
    assert abs(record.expires_at - (time.time() + 30 * 86_400)) < 60


def test_a_record_is_read_back_as_it_was(storage):
    record = visit("2001:db8::1")
    storage.put(record)
    assert storage.page("2001:db8::1", 10).records == [record]


def test_writing_a_record_twice_keeps_one(storage, table):
    record = visit()
    storage.put(record)
    storage.put(record)
    assert table.scan(TableName="visits")["Count"] == 1


def test_a_page_holds_one_address_newest_first(storage):
    mine = [visit() for _ in range(5)]
    for record in [*mine, visit("198.51.100.9")]:
        storage.put(record)
    page = storage.page("192.0.2.1", 3)
    assert page.records == mine[:1:-1]
    assert page.more
    rest = storage.page("192.0.2.1", 3, before=page.records[-1].id)
    assert rest.records == mine[1::-1]
    assert not rest.more


def test_an_expired_record_is_gone_before_dynamodb_deletes_it(storage, table):
    storage.put(visit(retention_seconds=-1))
    kept = visit()
    storage.put(kept)
    assert table.scan(TableName="visits")["Count"] == 2
    page = storage.page("192.0.2.1", 1)
    assert page.records == [kept]
    assert not page.more


def test_the_history_is_read_consistently(storage, monkeypatch):
    asked = []
    original = storage._client.query

    def query(**arguments):
        asked.append(arguments)
        return original(**arguments)

    monkeypatch.setattr(storage._client, "query", query)
    storage.page("192.0.2.1", 1)
    assert asked[0]["ConsistentRead"] is True


def test_the_check_passes_while_the_table_is_there_and_writes_nothing(storage, table):
    storage.check()
    assert table.scan(TableName="visits")["Count"] == 0


def test_a_table_that_disappears_is_unavailable_and_comes_back(storage, table):
    table.delete_table(TableName="visits")
    for call in (
        storage.check,
        lambda: storage.put(visit()),
        lambda: storage.page("192.0.2.1", 1),
    ):
        with pytest.raises(StorageUnavailableError, match="does not exist"):
            call()
    table.create_table(**TABLE)
    storage.check()
    record = visit()
    storage.put(record)
    assert storage.page("192.0.2.1", 1).records == [record]


def test_nothing_listening_is_unavailable_within_the_deadline(config, table, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    storage = DynamoStorage.connect(dataclasses.replace(config, deadline_seconds=0.5))
    begun = time.monotonic()
    with pytest.raises(StorageUnavailableError, match="cannot be reached"):
        storage.put(visit())
    with pytest.raises(StorageUnavailableError, match="cannot be reached"):
        storage.page("192.0.2.1", 1)
    assert time.monotonic() - begun < LONGEST_SECONDS


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_either_name_of_the_region_will_do(aws_environment, monkeypatch, name):
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    with pytest.raises(ConfigurationError, match="region"):
        clients.session()
    monkeypatch.setenv(name, "eu-west-3")
    client = clients.client(clients.session(), connections=1, timeout_seconds=1)
    assert client.meta.region_name == "eu-west-3"


def test_no_credentials_are_an_error_at_start(monkeypatch, tmp_path, config):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match="credentials"):
        clients.session()
