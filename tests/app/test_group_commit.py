"""Group commit, without any storage: who writes what, when, and what each request is told."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.storage import StorageUnavailableError, group_commit
from app.storage.faults import BUSY, Fault, FaultError
from app.storage.group_commit import GroupCommit

LASTING = Fault(False, "The storage refused the request.", 10)


class Writer:
    """Records batches; holds each until it is let go, and answers what it is told to."""

    def __init__(self):
        self.batches = []
        self.answers = []
        self.hold = threading.Event()
        self.hold.set()
        self.busy = 0
        self.busiest = 0
        self.lock = threading.Lock()

    def __call__(self, items, deadline):
        with self.lock:
            self.batches.append(list(items))
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            answer = self.answers.pop(0) if self.answers else ()
        assert self.hold.wait(10)
        with self.lock:
            self.busy -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer(items) if callable(answer) else answer


@pytest.fixture(autouse=True)
def short_backoff(monkeypatch):
    monkeypatch.setattr(group_commit, "_BACKOFF_SECONDS", 0.001)


@pytest.fixture
def writer():
    return Writer()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(64) as pool:
        yield pool


def commit_of(writer, **changes):
    return GroupCommit(writer, **{"batch_size": 25, "writers": 1, **changes})


def soon(seconds=10.0):
    return time.monotonic() + seconds


def until(condition):
    deadline = soon()
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def queue_up(pool, commit, items, deadline=None):
    """Put items one after the other, each once the one before is in its place."""
    futures = []
    for item in items:
        futures.append(pool.submit(commit.put, item, deadline or soon()))
        # The first one leads, so it stands in no queue.
        until(lambda: commit._leaders == 1 and len(commit._queue) == len(futures) - 1)
    return futures


def test_a_lone_item_is_written_at_once_by_its_own_request(writer):
    threads = []

    def write(items, deadline):
        threads.append(threading.current_thread())
        return ()

    commit_of(write).put("a", soon())
    assert threads == [threading.current_thread()]


def test_what_comes_during_a_write_shares_the_next_one_in_order(writer, pool):
    commit = commit_of(writer)
    writer.hold.clear()
    futures = queue_up(pool, commit, ["a", "b", "c", "d"])
    writer.hold.set()
    for future in futures:
        future.result()
    assert writer.batches == [["a"], ["b", "c", "d"]]


def test_no_batch_is_larger_than_the_storage_takes(writer, pool):
    commit = commit_of(writer, batch_size=25)
    writer.hold.clear()
    futures = queue_up(pool, commit, range(60))
    writer.hold.set()
    for future in futures:
        future.result()
    assert [len(batch) for batch in writer.batches] == [1, 25, 25, 9]
    assert [item for batch in writer.batches for item in batch] == list(range(60))


def test_only_so_many_batches_are_under_way(writer, pool):
    commit = commit_of(writer, batch_size=1, writers=3)
    writer.hold.clear()
    futures = [pool.submit(commit.put, item, soon()) for item in range(20)]
    until(lambda: writer.busy == 3 and len(commit._queue) == 17)
    writer.hold.set()
    for future in futures:
        future.result()
    assert writer.busiest == 3


def test_items_that_were_left_out_are_written_again_before_later_ones(writer, pool):
    commit = commit_of(writer, batch_size=3)
    writer.answers = [(), lambda items: {"c", "d"}]
    writer.hold.clear()
    futures = queue_up(pool, commit, ["a", "b", "c", "d", "e"])
    writer.hold.set()
    for future in futures:
        future.result()
    assert writer.batches == [["a"], ["b", "c", "d"], ["c", "d", "e"]]


def test_who_is_stored_does_not_wait_for_who_was_left_out(pool):
    hold, retry = threading.Event(), threading.Event()
    steps = iter([lambda: hold.wait(10) and (), lambda: {"c"}, lambda: retry.wait(10) and ()])
    commit = commit_of(lambda items, deadline: next(steps)())
    first, second, third = queue_up(pool, commit, ["a", "b", "c"])
    hold.set()
    first.result()
    second.result()
    assert not third.done()
    retry.set()
    third.result()


def test_a_failed_write_is_tried_again_with_the_same_items(writer):
    writer.answers = [FaultError(BUSY), FaultError(BUSY)]
    commit_of(writer).put("a", soon())
    assert writer.batches == [["a"], ["a"], ["a"]]


def test_a_lasting_fault_is_everybodys_answer_at_once(writer, pool):
    commit = commit_of(writer)
    writer.answers = [(), FaultError(LASTING)]
    writer.hold.clear()
    futures = queue_up(pool, commit, ["a", "b", "c"])
    writer.hold.set()
    futures[0].result()
    for future in futures[1:]:
        with pytest.raises(StorageUnavailableError, match="refused") as caught:
            future.result()
        assert caught.value.retry_after_seconds == 10
    assert len(writer.batches) == 2


def test_at_the_deadline_an_item_is_given_up_and_not_written_later(writer, pool):
    commit = commit_of(writer)
    writer.hold.clear()
    first = queue_up(pool, commit, ["a"])[0]
    with pytest.raises(StorageUnavailableError, match="in time"):
        commit.put("late", soon(0.05))
    writer.hold.set()
    first.result()
    commit.put("b", soon())
    assert writer.batches == [["a"], ["b"]]


def test_an_item_given_up_during_its_write_is_not_written_again(writer, pool):
    commit = commit_of(writer)
    writer.answers = [(), FaultError(BUSY)]
    writer.hold.clear()
    first, second = queue_up(pool, commit, ["a", "b"])
    third = pool.submit(commit.put, "c", soon(0.2))
    until(lambda: len(commit._queue) == 2)
    hold, writer.hold = writer.hold, threading.Event()
    hold.set()
    first.result()
    with pytest.raises(StorageUnavailableError):
        third.result()
    writer.hold.set()
    second.result()
    assert writer.batches == [["a"], ["b", "c"], ["b"]]


def test_the_last_fault_is_the_reason_at_the_deadline(writer):
    writer.answers = [FaultError(BUSY)] * 10_000
    with pytest.raises(StorageUnavailableError, match="busy"):
        commit_of(writer).put("a", soon(0.05))


def test_a_defect_in_the_writer_fails_its_batch_and_nothing_else(writer, pool):
    commit = commit_of(writer)
    writer.answers = [(), ZeroDivisionError()]
    writer.hold.clear()
    futures = queue_up(pool, commit, ["a", "b", "c"])
    writer.hold.set()
    futures[0].result()
    with pytest.raises(ZeroDivisionError):
        futures[1].result()
    with pytest.raises(StorageUnavailableError, match="failed to write"):
        futures[2].result()
    commit.put("d", soon())
    assert writer.batches[-1] == ["d"]


def test_the_lead_is_never_lost(pool):
    """Many short deadlines against a writer that stumbles: afterwards it still works."""
    numbers = iter(range(10**9))

    def stumbling(items, deadline):
        number = next(numbers)
        time.sleep(0.002)
        if number % 3 == 0:
            raise FaultError(BUSY)
        return set(items[1::2]) if number % 3 == 1 else ()

    commit = commit_of(stumbling, batch_size=4, writers=2)

    def put(item):
        try:
            commit.put(item, soon(0.001 * (item % 20)))
        except StorageUnavailableError:
            return False
        return True

    outcomes = list(pool.map(put, range(2_000)))
    assert {True, False} == set(outcomes)
    assert not commit._queue
    assert commit._leaders == 0
    commit.put(20_001, soon())
