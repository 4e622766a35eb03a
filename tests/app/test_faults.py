"""Faults at DynamoDB's edge: no answer claims what is not stored, and nothing hangs or leaks."""

import dataclasses
import gc
import random
import threading
import time
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import records, uuid7
from app.addresses import parse, reverse
from app.factory import create_app
from app.storage import StorageUnavailableError, dynamodb, group_commit
from app.storage.dynamodb import DynamoStorage
from tests.app.doubles import LONGEST_SECONDS, close_idle
from tests.app.edge import QUICK_FAULTS, Edge

pytestmark = pytest.mark.slow

MINE = {"X-Forwarded-For": "192.0.2.1"}
TRANSIENT = [fault for fault in QUICK_FAULTS if fault not in ("no_table", "denied")]


@pytest.fixture
def edge():
    with Edge() as edge:
        yield edge


@pytest.fixture
def connect(config, edge, aws_environment, monkeypatch):
    """Make a storage on the edge; short times, so that what waits is soon over."""
    monkeypatch.setattr(group_commit, "_BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(group_commit, "_LONGEST_BACKOFF_SECONDS", 0.05)

    storages = []

    def storage(**changes):
        monkeypatch.setenv("AWS_ENDPOINT_URL", edge.url)
        times = {"deadline_seconds": 0.5, "call_seconds": 0.4, **changes}
        storages.append(DynamoStorage.connect(dataclasses.replace(config, **times)))
        return storages[-1]

    yield storage
    for used in storages:
        close_idle(used._writer._connections)


@pytest.fixture
def serve(config, connect):
    def client(**changes):
        return create_app(config, connect(**changes)).test_client()

    return client


clock = uuid7.Generator()


def visit():
    return records.record(reverse(parse("192.0.2.1")), clock.generate(), 3600)


@pytest.mark.parametrize("fault", sorted({*TRANSIENT} - {"hang_up_after"}))
def test_a_passing_fault_is_not_noticed(serve, edge, fault):
    edge.script([fault])
    answer = serve(deadline_seconds=5).get("/", headers=MINE)
    assert answer.status_code == 200
    assert edge.calls >= 2
    # Tried again with the same id: one visit is one record.
    assert edge.ids() == {answer.json["id"]}


def test_a_kept_connection_that_was_closed_is_replaced(serve, edge):
    edge.always("hang_up_after")
    client = serve()
    assert [client.get("/", headers=MINE).status_code for _ in range(5)] == [200] * 5
    assert edge.calls == 5


@pytest.mark.parametrize("fault", ["no_table", "denied"])
def test_a_lasting_fault_is_answered_at_once(serve, edge, fault):
    edge.script([fault])
    client = serve(deadline_seconds=5)
    answer = client.get("/", headers=MINE)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert edge.calls == 1
    # The table returned.
    assert client.get("/", headers=MINE).status_code == 200


@pytest.mark.parametrize("fault", [*QUICK_FAULTS, "silence", "trickle"])
def test_a_fault_that_stays_is_503_within_the_deadline(serve, edge, fault):
    edge.always(fault)
    client = serve()
    begun = time.monotonic()
    answer = client.get("/", headers=MINE)
    if fault == "hang_up_after":
        assert answer.status_code == 200
    elif fault == "some_processed":
        # Half of one item is none.
        assert answer.status_code == 503
    else:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert answer.content_type == "application/problem+json"
    assert time.monotonic() - begun < LONGEST_SECONDS
    edge.always(None)
    edge.released.set()
    assert client.get("/", headers=MINE).status_code == 200


@pytest.mark.parametrize("fault", ["silence", "reset", "throttled", "server_error", "no_table"])
@pytest.mark.parametrize("path", ["/history", "/ready"])
def test_reads_are_503_within_the_deadline_too(serve, edge, path, fault):
    edge.always(fault)
    begun = time.monotonic()
    answer = serve().get(path, headers=MINE)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert time.monotonic() - begun < LONGEST_SECONDS


@pytest.mark.parametrize("fault", ["throttled", "reset", "server_error", "expired_credentials"])
def test_a_history_is_read_again_after_a_passing_fault(serve, edge, fault):
    client = serve(deadline_seconds=5)
    stored = client.get("/", headers=MINE).json
    edge.script([fault])
    assert client.get("/history", headers=MINE).json["records"] == [stored]


def test_slow_storage_is_waited_for(serve, edge):
    edge.delay_seconds = 2
    answer = serve(deadline_seconds=5, call_seconds=3).get("/", headers=MINE)
    assert answer.status_code == 200
    assert edge.ids() == {answer.json["id"]}


def test_many_wait_for_slow_storage_in_few_calls(connect, edge):
    edge.delay_seconds = 60
    storage = connect(deadline_seconds=60, call_seconds=60)
    with ThreadPoolExecutor(40) as pool:
        waiting = [pool.submit(storage.put, visit()) for _ in range(40)]
        while len(storage._commit._queue) < 40 - dynamodb.WRITERS or edge.calls < dynamodb.WRITERS:
            time.sleep(0.01)
        edge.released.set()
    assert [future.exception() for future in waiting] == [None] * 40
    assert len(edge.items) == 40
    # Each writer hands over to one that waits, and the first of these takes the rest along.
    assert edge.calls <= 2 * dynamodb.WRITERS


def test_a_full_queue_is_503_at_once(connect, edge, monkeypatch):
    monkeypatch.setattr(dynamodb, "MOST_WAITING", 4)
    storage = connect(deadline_seconds=5, call_seconds=5)
    edge.always("silence")
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(storage.put, visit()) for _ in range(4)]
        while storage._limit.free:
            time.sleep(0.01)
        begun = time.monotonic()
        with pytest.raises(StorageUnavailableError, match="Too many"):
            storage.put(visit())
        assert time.monotonic() - begun < LONGEST_SECONDS
        edge.always(None)
        edge.released.set()
    # Those that waited are stored by the next attempt.
    assert [future.exception() for future in waiting] == [None] * 4


@pytest.mark.parametrize("seed", range(4))
def test_under_random_faults_every_answer_is_stored_and_no_id_answered_twice(serve, edge, seed):
    chance = random.Random(seed)
    edge.script([chance.choice([*QUICK_FAULTS, None, None]) for _ in range(400)])
    client = serve(deadline_seconds=2)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.get("/", headers=MINE), range(300)))
    stored = [answer.json["id"] for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert len(stored) == len(set(stored))
    assert set(stored) <= edge.ids()
    assert len(stored) > 30


def test_credentials_that_were_renewed_are_used(connect, edge):
    storage = connect(deadline_seconds=5)
    edge.script(["expired_credentials"])
    signed = []
    credentials = storage._writer._credentials
    original = credentials.get_frozen_credentials

    def frozen():
        signed.append(original())
        return signed[-1]

    credentials.get_frozen_credentials = frozen
    storage.put(visit())
    assert len(signed) == 2, "each attempt asks for the credentials of the moment"


@pytest.fixture
def no_garbage():
    """What earlier tests left to the garbage collector, boto3's pools among it, is gone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


# A socket that nobody closed is closed by the garbage collector, with a warning.
@pytest.mark.filterwarnings("error::ResourceWarning")
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_thousands_of_faults_leave_no_thread_connection_or_memory(
    no_garbage, connect, edge, monkeypatch
):
    monkeypatch.setattr(group_commit, "_BACKOFF_SECONDS", 0.0)
    storage = connect(deadline_seconds=30)

    def faults(count):
        edge.script([TRANSIENT[number % len(TRANSIENT)] for number in range(count)])
        calls = edge.calls
        while edge.calls - calls < count:
            storage.put(visit())
        edge.items.clear()
        edge.batches.clear()

    def settled(what):
        """Wait until the edge's own threads have ended: they share this process."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while what() > limits[what] and time.monotonic() < deadline:
            time.sleep(0.05)
        return what()

    def threads():
        return threading.active_count()

    def descriptors():
        return sum(1 for _ in Path("/dev/fd").iterdir())

    faults(500)
    limits = {threads: threads() + 3, descriptors: descriptors() + 6}
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    faults(2_000)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert settled(threads) <= limits[threads]
    assert settled(descriptors) <= limits[descriptors]
    assert len(storage._writer._connections._idle) <= 1
    assert after - before < 100_000
    close_idle(storage._writer._connections)
