"""Facts, ledger and hold in S3, against moto in process."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from scripts.adapters.aws.state_store import StateStore
from scripts.base.errors import ConflictError, OvertakenError, UnknownStateError
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger

BUCKET = "a-bucket"
LEDGER = {"Bucket": BUCKET, "Key": "dev/ledger.json"}
HOLD = {"Bucket": BUCKET, "Key": "dev/hold.json"}
ONE = Hold("manual", "a" * 12, "because", "me", "2026-01-01T00:00:00Z")
TWO = replace(ONE, by="you")


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def store(s3: Any) -> StateStore:
    return StateStore(s3, BUCKET, "dev")


def test_there_is_nothing_before_the_first_run(s3):
    assert store(s3).read() is None
    assert store(s3).hold() is None
    assert store(s3).facts() is None
    assert StateStore(s3, "no-bucket", "dev").read() is None


def test_what_is_written_is_read(s3):
    first = store(s3).write(Ledger(inputs="a"))
    store(s3).write(replace(first, inputs="b"))
    assert store(s3).read() == Ledger(inputs="b")


def test_a_write_over_somebody_elses_is_refused(s3):
    seen = store(s3).write(Ledger(inputs="a"))
    store(s3).write(replace(seen, inputs="second"))
    with pytest.raises(ConflictError, match="another run wrote the ledger of dev"):
        store(s3).write(replace(seen, inputs="first"))
    assert store(s3).read() == Ledger(inputs="second")


def test_of_two_first_writes_one_is_refused(s3):
    store(s3).write(Ledger(inputs="first"))
    with pytest.raises(ConflictError):
        store(s3).write(Ledger(inputs="second"))
    assert store(s3).read() == Ledger(inputs="first")


def test_a_write_over_what_was_deleted_is_refused(s3):
    seen = store(s3).write(Ledger(inputs="a"))
    s3.delete_object(**LEDGER)
    with pytest.raises(ConflictError):
        store(s3).write(replace(seen, inputs="b"))


def test_an_answer_that_was_lost_is_no_conflict(s3, monkeypatch):
    """botocore asks again, and S3 refuses what it has done already."""
    put = s3.put_object

    def asked_again(**given: Any) -> Any:
        put(**given)
        return put(**given)

    monkeypatch.setattr(s3, "put_object", asked_again)
    seen = store(s3).write(Ledger(inputs="a"))
    monkeypatch.undo()
    store(s3).write(replace(seen, inputs="b"))
    assert store(s3).read() == Ledger(inputs="b")


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchBucket"])
def test_what_is_no_conflict_stays_what_it_is(s3, monkeypatch, code):
    status = {"AccessDenied": 403, "NoSuchBucket": 404}[code]

    def refuse(**_: Any) -> Any:
        error: Any = {
            "Error": {"Code": code},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        raise ClientError(error, "PutObject")

    monkeypatch.setattr(s3, "put_object", refuse)
    with pytest.raises(ClientError, match=code):
        store(s3).write(Ledger())


def test_a_reason_of_any_length_is_kept_whole_and_shown_cut(s3):
    long = replace(ONE, reason="why " * 5000)
    store(s3).set_hold(long, over=None)
    found = store(s3).hold()
    assert found == long
    assert found
    assert len(found.sentence()) < 700


def test_a_hold_is_set_replaced_and_lifted(s3):
    first = store(s3).set_hold(ONE, over=None)
    second = store(s3).set_hold(TWO, over=first)
    assert store(s3).hold() == TWO
    store(s3).lift_hold(second)
    store(s3).lift_hold(second)
    assert store(s3).hold() is None


def test_a_hold_that_was_not_seen_is_neither_replaced_nor_lifted(s3):
    first = store(s3).set_hold(ONE, over=None)
    store(s3).set_hold(TWO, over=first)
    for over in (None, first):
        with pytest.raises(ConflictError, match="the hold of dev"):
            store(s3).set_hold(ONE, over=over)
    with pytest.raises(OvertakenError, match="another hold of dev"):
        store(s3).lift_hold(first)
    assert store(s3).hold() == TWO


def test_a_hold_that_cannot_be_read_can_be_removed(s3):
    s3.put_object(**HOLD, Body=b"held")
    with pytest.raises(UnknownStateError, match="hold cannot be read"):
        store(s3).hold()
    store(s3).discard_hold()
    assert store(s3).hold() is None


@pytest.mark.parametrize("order", sorted(set(itertools.permutations("aabb"))), ids="".join)
def test_of_two_runs_in_any_order_nothing_is_lost(s3, order: tuple[str, ...]):
    """Each reads, then writes what it read with its own mark; one that is refused begins again."""
    runs = {name: _run(s3, name) for name in "ab"}
    refused = []
    for name in order:
        try:
            runs[name]()
        except ConflictError:
            refused.append(name)
    for name in refused:
        again = _run(s3, name)
        again()
        again()
    found = store(s3).read()
    assert found
    assert sorted(found.inputs or "") == ["a", "b"]


def _run(s3: Any, name: str) -> Callable[[], None]:
    """Return what reads at its first call and writes at its second."""
    seen: list[Ledger] = []

    def step() -> None:
        if not seen:
            seen.append(store(s3).read() or Ledger(inputs=""))
        else:
            store(s3).write(replace(seen[0], inputs=f"{seen[0].inputs}{name}"))

    return step
