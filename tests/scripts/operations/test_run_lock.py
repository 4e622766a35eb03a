"""A dead run's lock is removed; a living one's, and anybody else's, is not touched."""

import contextlib
import json
import re
from types import SimpleNamespace

import boto3
import pytest
from github import UnknownObjectException
from moto import mock_aws

from scripts.adapters.terraform.cli import work_folder
from scripts.base import locks
from scripts.base.errors import RefusedError
from scripts.commands import unlock_state
from scripts.operations import run_lock

KEY = "dev/terraform.tfstate"
LATER = "2099-01-01T12:00:00.123456789Z"


@pytest.fixture
def s3(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "runner")
    monkeypatch.setattr("socket.gethostname", lambda: "machine")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-central-1")
        client.create_bucket(
            Bucket="state", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield client


@pytest.fixture
def job(monkeypatch):
    """Put this process into an attempt of a run."""

    def put(run: int, attempt: int = 1) -> None:
        monkeypatch.setenv("GITHUB_RUN_ID", str(run))
        monkeypatch.setenv("GITHUB_RUN_ATTEMPT", str(attempt))

    return put


@pytest.fixture
def runs(monkeypatch):
    """What GitHub knows of runs, by number."""
    known: dict[int, SimpleNamespace] = {}

    def ask(number: int) -> SimpleNamespace:
        if number not in known:
            raise UnknownObjectException(404, {"message": "Not Found"}, {})
        return known[number]

    monkeypatch.setattr(run_lock, "repository", lambda: SimpleNamespace(get_workflow_run=ask))
    return known


def living(attempt: int = 1) -> SimpleNamespace:
    return SimpleNamespace(status="in_progress", run_attempt=attempt)


def over() -> SimpleNamespace:
    return SimpleNamespace(status="completed", run_attempt=1)


def lock(s3, who: str = "runner@machine", created: str = LATER) -> None:
    body = json.dumps({"ID": "the-id", "Who": who, "Created": created})
    s3.put_object(Bucket="state", Key=f"{KEY}.tflock", Body=body.encode())


def die_holding_it(s3, job, run: int, attempt: int = 1, who: str = "runner@machine") -> None:
    """Be a run whose machine is lost while its Terraform holds the lock."""
    job(run, attempt)
    with contextlib.suppress(KeyboardInterrupt), run_lock.noted(s3, "state", KEY):
        lock(s3, who)
        raise KeyboardInterrupt


def found(s3) -> run_lock.Lock:
    lock = run_lock.find(s3, "state", KEY)
    assert lock
    return lock


def keys(s3) -> list[str]:
    listed = s3.list_objects_v2(Bucket="state").get("Contents", [])
    return [one["Key"].removeprefix(KEY) for one in listed]


def test_a_run_that_ends_leaves_no_note(s3, job):
    job(7)
    with run_lock.noted(s3, "state", KEY):
        assert keys(s3) == [".tflock.run"]
    assert keys(s3) == []


def test_at_home_nothing_is_noted(s3, monkeypatch):
    monkeypatch.delenv("GITHUB_RUN_ID", raising=False)
    with run_lock.noted(s3, "state", KEY):
        assert keys(s3) == []


@pytest.mark.parametrize(
    ("mine", "state", "removed"),
    [
        ((7, 2), {}, True),
        ((8, 1), {7: over()}, True),
        ((8, 1), {7: living(attempt=2)}, True),
        ((8, 1), {}, True),
        ((8, 1), {7: living()}, False),
        ((7, 1), {}, False),
    ],
    ids=[
        "its own re-run",
        "another run, this one over",
        "another run, this one begun again",
        "another run, this one deleted",
        "another run, this one alive",
        "itself",
    ],
)
def test_the_lock_of_a_run_is_removed_once_that_is_over(s3, job, runs, mine, state, removed):
    die_holding_it(s3, job, 7)
    runs.update(state)
    job(*mine)
    with run_lock.noted(s3, "state", KEY):
        assert (".tflock" not in keys(s3)) is removed
    assert (keys(s3) == []) is removed, "a living run keeps its note"


@pytest.mark.parametrize("who", ["ada@laptop", "runner@another"])
def test_a_lock_that_no_noted_run_took_stays(s3, job, runs, who):
    die_holding_it(s3, job, 7, who=who)
    job(8)
    runs[7] = over()
    with run_lock.noted(s3, "state", KEY):
        assert ".tflock" in keys(s3)


def test_a_lock_from_before_the_note_is_not_the_runs(s3, job):
    die_holding_it(s3, job, 7)
    lock(s3, created="2020-01-01T00:00:00Z")
    assert found(s3).note is None


@pytest.mark.parametrize("note", ["{}", "[]", "not JSON", '{"run": 7}'])
def test_a_note_that_cannot_be_read_is_none(s3, note):
    lock(s3)
    s3.put_object(Bucket="state", Key=f"{KEY}.tflock.run", Body=note.encode())
    assert found(s3).note is None


def test_a_person_frees_a_dead_runs_lock_without_its_id(s3, job, runs):
    die_holding_it(s3, job, 7)
    job(8)
    runs[7] = over()
    unlock_state.check_removable(found(s3), "dev", "")


def test_a_living_runs_lock_stays_and_the_refusal_says_whose_it_is(s3, job, runs):
    die_holding_it(s3, job, 7)
    job(8)
    runs[7] = living()
    with pytest.raises(RefusedError) as refused:
        unlock_state.check_removable(found(s3), "dev", "")
    assert "run 7, attempt 1 is not over" in str(refused.value)
    assert "runner@machine" in " ".join(refused.value.which)


def test_somebody_elses_lock_goes_by_its_own_id_only(s3):
    lock(s3, "ada@laptop")
    theirs = found(s3)
    with pytest.raises(RefusedError, match="no workflow run took it"):
        unlock_state.check_removable(theirs, "dev", "")
    with pytest.raises(RefusedError, match="another lock"):
        unlock_state.check_removable(theirs, "dev", "an-id")
    unlock_state.check_removable(theirs, "dev", "the-id")


def test_a_lock_whose_terraform_still_works_here_stays_whatever_is_typed(s3, tmp_path):
    lock(s3, "ada@laptop")
    worker = "Terraform of dev (pid 4711)"
    with locks.held(work_folder("dev") / "lock", worker):
        with pytest.raises(RefusedError, match=re.escape(worker)) as refused:
            unlock_state.check_removable(found(s3), "dev", "the-id")
        assert "Wait for it" in refused.value.next_step
    unlock_state.check_removable(found(s3), "dev", "the-id")
