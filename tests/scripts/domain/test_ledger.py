"""The ledger's rules."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.base.errors import UnknownStateError
from scripts.domain import ledger
from scripts.domain.ledger import Failure, Ledger, Pending, Rejection, Release


def release(number: int, template: str = "t" * 12) -> Release:
    name = f"{number:012x}"
    return Release(
        name, f"sha256:{number:064x}", "c" * 40, f"2026-01-01T00:00:{number:02}Z", "me", template
    )


def failure(number: int, cause: str = "it broke") -> Failure:
    return Failure(f"{number:012x}", "t" * 12, cause, "2026-01-01T00:00:00Z", "me")


PENDING = Pending("release", "f" * 12, "t" * 12, "d" * 40, "me", "2026-01-01T00:00:00Z")


def after(*numbers: int) -> Ledger:
    book = Ledger()
    for number in numbers:
        book = ledger.record(book, release(number))
    return book


def versions(book: Ledger) -> list[str]:
    return [one.version for one in book.earlier]


def test_what_is_dumped_is_loaded_again():
    book = ledger.record(after(1, 2), release(3), Rejection("me", "2026"))
    book = ledger.begin(ledger.fail(book, failure(4)), PENDING)
    assert ledger.load(ledger.dump(book)) == book


def test_the_document_holds_the_contracts_keys():
    document = json.loads(ledger.dump(after(1, 2)))
    assert list(document) == [
        "schema",
        "release",
        "earlier",
        "failed",
        "inputs",
        "commit",
        "pending",
    ]
    assert {"version", "digest", "commit", "at", "run"} <= set(document["release"])
    assert document["earlier"][0]["rejected"] is None
    assert "rejected" not in document["release"]


@pytest.mark.parametrize("text", ["", "[1]", '{"schema":2}', '{"schema":1}', "null?"])
def test_anything_else_is_not_read_as_an_empty_ledger(text):
    with pytest.raises(UnknownStateError):
        ledger.load(text)


def test_eight_earlier_releases_are_kept_newest_first():
    book = after(*range(12))
    assert book.release == release(11)
    assert versions(book) == [release(n).version for n in range(10, 2, -1)]


def test_five_failures_are_kept_newest_first():
    book = Ledger()
    for number in range(7):
        book = ledger.fail(book, failure(number))
    assert [one.version for one in book.failed] == [failure(n).version for n in (6, 5, 4, 3, 2)]


def test_a_pair_that_fails_twice_stands_there_once_with_its_newest_cause():
    book = ledger.fail(ledger.fail(Ledger(), failure(1)), failure(1, "again"))
    assert [one.cause for one in book.failed] == ["again"]


def test_a_pair_that_is_verified_has_not_failed():
    book = ledger.record(ledger.fail(Ledger(), failure(1)), release(1))
    assert not book.has_failed(release(1).version, "t" * 12)


def test_failing_is_about_release_and_shape_together():
    book = ledger.fail(Ledger(), failure(1))
    assert book.has_failed(failure(1).version, "t" * 12)
    assert not book.has_failed(failure(1).version, "u" * 12)
    assert not book.has_failed(failure(2).version, "t" * 12)


def test_a_roll_back_marks_what_it_replaces_and_the_one_before_skips_it():
    book = ledger.record(after(1, 2, 3), release(2), Rejection("me", "2026"))
    assert [(one.version, bool(one.rejected)) for one in book.earlier] == [
        (release(3).version, True),
        (release(1).version, False),
    ]
    assert book.before() == release(1)


def test_a_release_that_is_verified_again_is_no_longer_rejected():
    book = ledger.record(after(1, 2), release(1), Rejection("me", "2026"))
    book = ledger.record(book, release(2))
    assert book.release == release(2)
    assert versions(book) == [release(1).version]
    assert not any(one.rejected for one in book.earlier)


def test_a_new_shape_of_the_same_release_adds_nothing_to_the_past():
    book = ledger.record(after(1, 2), release(2, template="u" * 12))
    assert book.release == release(2, template="u" * 12)
    assert versions(book) == [release(1).version]


def test_recording_what_is_recorded_keeps_its_time_and_ends_what_is_pending():
    book = ledger.begin(after(1), PENDING)
    assert ledger.record(book, replace(release(1), at="later")) == replace(book, pending=None)


def test_infrastructure_is_unknown_from_before_its_apply_until_after_it():
    book = ledger.applied(Ledger(), "abc", "d" * 40)
    begun = ledger.begin(book, replace(PENDING, kind="infrastructure"))
    assert begun.inputs is None
    assert ledger.applied(begun, "def", "e" * 40) == replace(book, inputs="def", commit="e" * 40)


def test_a_release_leaves_the_infrastructures_hash_alone():
    book = ledger.applied(Ledger(), "abc", "d" * 40)
    assert ledger.begin(book, PENDING).inputs == "abc"


def test_going_back_keeps_the_newest_commit_acted_on():
    book = ledger.begin(Ledger(commit="e" * 40), replace(PENDING, commit=""))
    assert book.commit == "e" * 40


@given(st.text(max_size=9000), st.text(max_size=64), st.integers(min_value=0, max_value=12))
def test_words_of_any_length_and_kind_are_kept_whole(cause, run, releases):
    book = ledger.fail(after(*range(releases)), replace(failure(1, cause), run=run))
    assert ledger.load(ledger.dump(book)) == book


def test_what_a_ledger_was_made_from_is_no_part_of_it():
    book = ledger.load(ledger.dump(after(1)), "revision")
    assert book == after(1)
    assert replace(book, commit="c").revision == "revision"
    assert "revision" not in ledger.dump(book)


def test_a_rejected_release_that_is_recorded_is_not_rejected():
    book = ledger.record(Ledger(), replace(release(1), rejected=Rejection("me", "2026")))
    assert book.release == release(1)
