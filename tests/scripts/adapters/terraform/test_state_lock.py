"""A dead Terraform's lock is removed, a living one's never."""

import json
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from scripts.adapters.terraform import state_lock

SINCE = datetime(2026, 1, 1, 12, 0, 0, 500, tzinfo=UTC)
WHO = "somebody@machine"
KEY = "dev/terraform.tfstate"


def lock(who: str = WHO, created: str = "2026-01-01T12:00:00.123456789Z") -> dict[str, str]:
    return {"ID": "x", "Who": who, "Created": created, "Operation": "OperationTypeApply"}


@pytest.mark.parametrize(
    ("found", "ours"),
    [
        (lock(), True),
        (lock(created="2026-01-01T12:30:00Z"), True),
        (lock(created="2026-01-01T11:59:59.9Z"), False),
        (lock(who="somebody@elsewhere"), False),
        (lock(created="yesterday"), False),
        ({}, False),
    ],
)
def test_a_lock_is_ours_by_who_and_when(found, ours):
    assert state_lock.is_ours(found, SINCE, WHO) is ours


@pytest.fixture
def s3(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "somebody")
    monkeypatch.setattr("socket.gethostname", lambda: "machine")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-central-1")
        client.create_bucket(
            Bucket="state", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield client


def put(s3, text: str) -> None:
    s3.put_object(Bucket="state", Key=f"{KEY}.tflock", Body=text.encode())


def is_locked(s3) -> bool:
    return bool(s3.list_objects_v2(Bucket="state")["KeyCount"])


def killed(work: Path) -> None:
    (work / state_lock.MARK).write_text(SINCE.isoformat())


def test_the_lock_of_a_killed_run_is_removed_once(s3, tmp_path):
    put(s3, json.dumps(lock()))
    killed(tmp_path)
    state_lock.release_stale(s3, "state", KEY, tmp_path)
    assert not is_locked(s3)
    assert not (tmp_path / state_lock.MARK).exists()


def test_without_a_killed_run_every_lock_stays(s3, tmp_path):
    put(s3, json.dumps(lock()))
    state_lock.release_stale(s3, "state", KEY, tmp_path)
    assert is_locked(s3)


@pytest.mark.parametrize("text", [json.dumps(lock(who="b@c")), "not json", "[]"])
def test_a_lock_that_is_not_ours_stays(s3, tmp_path, text):
    put(s3, text)
    killed(tmp_path)
    state_lock.release_stale(s3, "state", KEY, tmp_path)
    assert is_locked(s3)


@pytest.mark.parametrize("bucket", ["state", "no-such-bucket"])
def test_no_lock_and_no_bucket_are_fine(s3, tmp_path, bucket):
    killed(tmp_path)
    state_lock.release_stale(s3, bucket, KEY, tmp_path)
    assert not (tmp_path / state_lock.MARK).exists()


def test_a_run_that_ends_leaves_no_mark_and_a_killed_one_does(tmp_path):
    with state_lock.marked(tmp_path):
        assert (tmp_path / state_lock.MARK).exists()
    assert not (tmp_path / state_lock.MARK).exists()
    with pytest.raises(KeyboardInterrupt), state_lock.marked(tmp_path):
        raise KeyboardInterrupt
    assert (tmp_path / state_lock.MARK).exists()
