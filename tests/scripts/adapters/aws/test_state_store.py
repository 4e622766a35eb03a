"""Ledger and hold in SSM, against moto in process."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from scripts.adapters.aws.state_store import StateStore
from scripts.base.errors import UnknownStateError
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger

LEDGER, HOLD = "/slipway/dev/ledger", "/slipway/dev/hold"


@pytest.fixture
def ssm() -> Iterator[object]:
    with mock_aws():
        yield boto3.client("ssm", region_name="eu-central-1")


@pytest.fixture
def made(ssm):
    ssm.put_parameter(Name=LEDGER, Value="{}", Type="String")
    return ssm


def store(ssm) -> StateStore:
    return StateStore(ssm, LEDGER, HOLD)


def test_there_is_no_ledger_before_terraform_made_it(ssm):
    assert store(ssm).read() is None


def test_what_is_written_is_read(made):
    first = store(made)
    first.read()
    first.write(Ledger(inputs="a"))
    first.write(Ledger(inputs="b"))
    assert store(made).read() == Ledger(inputs="b")


def test_a_write_without_a_read_is_a_mistake(made):
    with pytest.raises(ValueError, match="read before"):
        store(made).write(Ledger())


def test_a_write_over_somebody_elses_is_refused(made):
    first, second = store(made), store(made)
    first.read()
    second.read()
    second.write(Ledger(inputs="second"))
    with pytest.raises(UnknownStateError, match="at the same time"):
        first.write(Ledger(inputs="first"))
    assert store(made).read() == Ledger(inputs="second")


def test_a_write_in_between_is_noticed(made, monkeypatch):
    first = store(made)
    first.read()
    put = made.put_parameter

    def overtaken(**given):
        put(**{**given, "Value": "{}"})
        return put(**given)

    monkeypatch.setattr(made, "put_parameter", overtaken)
    with pytest.raises(UnknownStateError, match="at the same time") as caught:
        first.write(Ledger(inputs="first"))
    assert "get-parameter-history" in str(caught.value)


def test_a_hold_is_set_replaced_and_lifted(made):
    one = Hold("manual", "a" * 12, "because {{ of }} braces", "me", "2026-01-01T00:00:00Z")
    held = store(made)
    assert held.hold() is None
    held.set_hold(one)
    found = held.hold()
    assert found is not None
    assert found.kind == "manual"
    assert "{{" not in made.get_parameter(Name=HOLD)["Parameter"]["Value"]
    held.lift_hold()
    held.lift_hold()
    assert held.hold() is None


def test_a_hold_that_cannot_be_read_says_how_to_remove_it(made):
    made.put_parameter(Name=HOLD, Value="held", Type="String")
    with pytest.raises(UnknownStateError, match="hold cannot be read") as caught:
        store(made).hold()
    assert "make unhold" in str(caught.value)
