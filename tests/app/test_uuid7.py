"""Ids: unique, and sorted by time."""

import threading
import time
import uuid

import pytest

from app import uuid7


def test_an_id_is_a_uuid_of_version_seven_with_the_time_in_it():
    before = time.time_ns() // 1_000_000
    stamp = uuid7.Generator().generate()
    after = time.time_ns() // 1_000_000
    assert uuid.UUID(stamp.id).version == 7
    assert uuid.UUID(stamp.id).variant == uuid.RFC_4122
    assert before <= stamp.milliseconds <= after
    assert uuid.UUID(stamp.id).int >> 80 == stamp.milliseconds


def test_two_ids_of_the_same_tick_differ_and_keep_their_order(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    clock = uuid7.Generator()
    made = [clock.generate().id for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_keep_their_order_when_the_clock_is_set_back(monkeypatch):
    now = iter([2_000_000_000_000_000_000, 1_000_000_000_000_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(now))
    clock = uuid7.Generator()
    first, second = clock.generate(), clock.generate()
    assert first.id < second.id


def test_two_processes_in_the_same_tick_do_not_collide(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    assert len({uuid7.Generator().generate().id for _ in range(1_000)}) == 1_000


def test_threads_that_share_a_clock_never_get_the_same_id():
    clock = uuid7.Generator()
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.extend(clock.generate().id for _ in range(500)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 4_000


@pytest.mark.parametrize("milliseconds", [0, 1, 1_700_000_000_000])
def test_the_time_is_the_leading_part_of_the_text(monkeypatch, milliseconds):
    monkeypatch.setattr(time, "time_ns", lambda: milliseconds * 1_000_000)
    stamp = uuid7.Generator().generate()
    assert stamp.id.startswith(f"{milliseconds:012x}"[:8])
    assert stamp.milliseconds == milliseconds
