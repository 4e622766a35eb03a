"""Which release a rollback goes to."""

from dataclasses import replace

import pytest

from scripts.base.errors import RefusedError
from scripts.domain.ledger import Ledger, Rejection
from scripts.domain.observed_state import Group, ObservedState, Refresh
from scripts.operations.rollback import choose
from tests.scripts.observed_states import (
    BEGAN,
    FACTS,
    NEW,
    OLD,
    instance,
    pending,
    recorded,
    version,
)

RUNS_A, RUNS_B = version(2, "a", OLD), version(3, "b", OLD)
REJECTED = replace(recorded("b"), rejected=Rejection("me", "2026"))


def observed(**changes) -> ObservedState:
    own = instance(RUNS_A.configuration, "a")
    ledger = Ledger(release=recorded("a"), earlier=(REJECTED, recorded("c")))
    base = ObservedState(ledger=ledger, facts=FACTS, group=Group(RUNS_A, 2, 4, 1, (own,)))
    return replace(base, **changes)


def with_pending(kind, release, spec=OLD) -> ObservedState:
    ledger = observed().ledger
    assert ledger
    return observed(ledger=replace(ledger, pending=pending(kind, release, spec)))


def test_by_itself_it_is_the_one_before_that_nobody_rejected():
    assert choose(observed(), None).version == "c"


def test_a_named_one_is_taken():
    assert choose(observed(), "c").version == "c"


@pytest.mark.parametrize(
    "moving",
    [
        observed(refresh=Refresh("r", "Baking", RUNS_B, BEGAN)),
        observed(group=Group(RUNS_B, 2, 4, 1, (instance(RUNS_B.configuration, "b"),))),
        observed(group=Group(RUNS_A, 2, 4, 1, (instance(RUNS_B.configuration, "b"),))),
        with_pending("release", "b"),
        with_pending("release", "a", NEW),
    ],
)
def test_while_something_else_is_on_its_way_it_is_the_recorded_one(moving):
    assert choose(moving, None).version == "a"
    assert choose(moving, "a").version == "a"


def test_an_interrupted_roll_back_is_gone_on_with():
    assert choose(with_pending("rollback", "c"), None).version == "c"


def test_pending_infrastructure_moves_no_release():
    assert choose(with_pending("infrastructure", ""), None).version == "c"


@pytest.mark.parametrize(
    ("to", "words"),
    [("a", "is the one that runs"), ("b", "was rejected by me"), ("x", "knows no release 'x'")],
)
def test_what_makes_no_sense_is_refused_with_the_choices(to, words):
    with pytest.raises(RefusedError, match=words):
        choose(observed(), to)


def test_a_rejected_one_can_be_taken_on_purpose():
    assert choose(observed(), "b", rejected_too=True).version == "b"


@pytest.mark.parametrize("ledger", [None, Ledger(), Ledger(release=recorded("a"))])
def test_without_a_past_there_is_nothing_to_go_back_to(ledger):
    with pytest.raises(RefusedError, match="no release to go back to"):
        choose(observed(ledger=ledger), None)
