"""When a deploy has something to do in an environment, and what it says where it has not."""

from dataclasses import replace
from typing import Any

import pytest

from scripts.domain.desired_state import DesiredState
from scripts.domain.holds import Hold
from scripts.domain.ledger import Failure, Ledger, Rejection
from scripts.domain.observed_state import Group, ObservedState, Templates
from scripts.domain.verdict import Asked, judge
from tests.scripts.observed_states import (
    BEFORE,
    DIGESTS,
    FACTS,
    NEW,
    OLD,
    instance,
    recorded,
    version,
)

RUNS_A = version(2, "a", OLD)
SAME = DesiredState("deploy", "a", DIGESTS["a"], inputs="same", retry=False)
OTHER = DesiredState("deploy", "b", DIGESTS["b"], inputs="same", retry=False)
HOLD = Hold("manual", "a", "load test", "ada", BEFORE)
BOOK = Ledger(release=recorded("a"), inputs="same")
FAILED = replace(BOOK, failed=(Failure("b", OLD, "it broke", BEFORE, "somebody"),))
APPLIED_OTHERS = replace(BOOK, inputs="others")


def observed(book: Ledger | None = None, **changes: Any) -> ObservedState:
    """Release a runs everywhere and is recorded, unless another ledger says otherwise."""
    running = instance(RUNS_A.configuration, "a")
    quiet = ObservedState(
        ledger=book or BOOK,
        facts=FACTS,
        templates=Templates(RUNS_A, RUNS_A),
        group=Group(RUNS_A, 0, 4, 1, (running,)),
    )
    return replace(quiet, **changes)


def asked(wanted: DesiredState = OTHER, **changes: Any) -> Asked:
    return replace(Asked(wanted), **changes)


def test_another_release_is_work_for_the_release_role_alone():
    verdict = judge(observed(), asked())
    assert (verdict.kind, verdict.infrastructure) == ("work", False)
    assert "release b" in verdict.why


def test_a_release_that_runs_is_looked_at_and_nothing_more():
    verdict = judge(observed(), asked(SAME))
    assert (verdict.kind, verdict.acts, verdict.infrastructure) == ("unchanged", True, False)


def test_a_release_that_runs_and_was_never_recorded_is_work():
    assert judge(observed(Ledger(inputs="same")), asked(SAME)).kind == "work"


def test_other_inputs_are_work_for_terraform_whatever_the_release():
    for wanted in (SAME, OTHER):
        verdict = judge(observed(replace(FAILED, inputs="others")), asked(wanted))
        assert (verdict.kind, verdict.infrastructure) == ("work", True)


def test_what_was_never_made_is_made():
    verdict = judge(ObservedState(), asked())
    assert (verdict.kind, verdict.infrastructure) == ("work", True)


def test_a_newer_commit_was_here_first_and_comes_before_every_other_reason():
    verdict = judge(observed(APPLIED_OTHERS, hold=HOLD), asked(overtaken_by="f00d"))
    assert (verdict.kind, verdict.acts) == ("overtaken", False)
    assert "f00d" in verdict.why


def test_a_hold_stops_infrastructure_and_release_and_says_whose_it_is():
    verdict = judge(observed(APPLIED_OTHERS, hold=HOLD), asked())
    assert (verdict.kind, verdict.acts, verdict.infrastructure) == ("held", False, False)
    assert "ada" in verdict.why
    assert "load test" in verdict.why


def test_a_pair_that_failed_is_not_tried_again_by_a_push_but_on_purpose():
    assert judge(observed(FAILED), asked()).kind == "failed-before"
    assert judge(observed(FAILED), asked(replace(OTHER, retry=True))).kind == "work"


def test_a_release_that_failed_on_another_template_is_tried():
    [failure] = FAILED.failed
    elsewhere = replace(BOOK, failed=(replace(failure, spec_hash=NEW),))
    assert judge(observed(elsewhere), asked()).kind == "work"


@pytest.mark.parametrize(
    ("book", "said"),
    [
        (None, "has not verified"),
        (Ledger(), "has not verified"),
        (Ledger(release=recorded("c")), "has not verified"),
        (Ledger(release=replace(recorded("b"), digest="sha256:other")), "has not verified"),
        (
            Ledger(earlier=(replace(recorded("b"), rejected=Rejection("ada", BEFORE)),)),
            "rejected release b (ada)",
        ),
    ],
    ids=["no ledger", "nothing recorded", "another release", "another image", "rejected"],
)
def test_what_the_environment_before_has_not_verified_is_not_promoted(
    book: Ledger | None, said: str
):
    verdict = judge(observed(APPLIED_OTHERS), asked(promoted_from="dev", verified=book))
    assert (verdict.kind, verdict.acts, verdict.infrastructure) == ("unverified", False, False)
    assert f"dev {said}" in verdict.why


@pytest.mark.parametrize(
    "book",
    [Ledger(release=recorded("b")), Ledger(release=recorded("c"), earlier=(recorded("b"),))],
    ids=["now", "before"],
)
def test_what_it_has_verified_now_or_before_is(book: Ledger):
    assert judge(observed(), asked(promoted_from="dev", verified=book)).kind == "work"
