"""Credentials of roles hold for a while, and new ones come before that ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.session import Session

from emulator.interfaces import MachineSpec
from emulator.machines.credentials import CredentialSource
from emulator.machines.imds import MetadataService


def test_the_same_credentials_are_given_while_they_hold():
    source = CredentialSource()
    assert source.current(spec("role")) == source.current(spec("role"))
    assert source.current(spec("role")) != source.current(replace(spec("role"), instance_id="i-2"))


def test_new_ones_are_given_before_the_old_expire():
    source = CredentialSource(lifetime=timedelta(hours=1))
    first = source.current(spec("role"))
    source._renewal = timedelta(hours=2)
    second = source.current(spec("role"))
    assert first
    assert second
    assert second.keys != first.keys
    assert second.expires > datetime.now(UTC)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[MetadataService]:
    """A metadata service, and an environment in which nothing else has credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    service = MetadataService("eu-central-1", CredentialSource())
    try:
        yield service
    finally:
        service.close()


def spec(role_name: str | None) -> MachineSpec:
    return MachineSpec("i-1", "123456789012", b"", "eu-central-1a", role_name, "t3.micro", "ami-1")


def test_botocore_takes_them_from_the_service(
    service: MetadataService, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.add(spec("role")))
    credentials = Session().get_credentials()
    assert credentials is not None
    assert credentials.method == "iam-role"
    current = service.credentials.current(spec("role"))
    assert current is not None
    assert credentials.access_key == current.keys.access_key_id
    service.remove("i-1")
    assert Session().get_credentials() is None


def test_an_instance_without_a_profile_has_no_credentials(
    service: MetadataService, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.add(spec(None)))
    assert Session().get_credentials() is None
