"""Deploys and rollbacks from beginning to end, against the emulated AWS in this process."""

import pytest

from scripts.commands import abort
from tests.scripts.emulated import SPEC, Environment

pytestmark = pytest.mark.slow

A, B, C = "a" * 12, "b" * 12, "c" * 12
OTHER = "fedcba987654"


def test_the_first_release_raises_the_group_from_0(dev: Environment):
    assert dev.deploy(A) == 0
    dev.whole(A)


def test_a_second_release_is_rolled(dev: Environment):
    dev.deploy(A)
    assert dev.deploy(B) == 0
    dev.whole(B)
    assert dev.calls.count("StartInstanceRefresh") == 1


def test_the_same_release_again_changes_nothing(dev: Environment):
    dev.deploy(A)
    before = list(dev.calls)
    assert dev.deploy(A) == 0
    assert dev.calls == before


def test_a_first_release_that_fails_takes_the_group_back_to_0(dev: Environment):
    dev.bad = {A}
    assert dev.deploy(A) == 1
    dev.whole(None)
    assert dev.ledger().has_failed(A, SPEC)
    assert "gave up while it booted" in dev.ledger().failed[0].cause
    assert "nothing runs" in str(dev.error)


def test_a_release_that_fails_leaves_the_recorded_one_everywhere(dev: Environment):
    dev.deploy(A)
    before = {one.id for one in dev.observe().group.instances}  # type: ignore[union-attr]
    dev.bad = {B}
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert dev.ledger().has_failed(B, SPEC)
    # A release is to blame, not a shape: the next one may be deployed.
    assert dev.observe().hold is None
    # With launch before terminate, the first bad instance costs no old one.
    assert {one.id for one in dev.observe().group.instances} == before  # type: ignore[union-attr]


def test_the_report_of_a_failure_shows_the_instances_own_log(dev: Environment):
    dev.deploy(A)
    dev.bad = {B}
    dev.deploy(B)
    first = str(dev.error).splitlines()[0]
    assert B in first
    assert f"{A} runs on every instance" in first
    assert "boot failed: it is bad" in str(dev.error)


def test_a_failed_release_is_tried_again_by_hand_but_not_by_a_push(dev: Environment):
    dev.deploy(A)
    dev.bad = {B}
    dev.deploy(B)
    before = list(dev.calls)
    assert dev.deploy(B, "--skip-failed") == 3
    assert dev.calls == before
    dev.bad = set()
    assert dev.deploy(B) == 0
    dev.whole(B)


def test_answers_of_something_else_while_it_bakes_roll_it_back(dev: Environment):
    dev.deploy(A)
    dev.wrong_answers = {B}
    assert dev.deploy(B) == 1
    dev.whole(A)
    assert "verification" in dev.ledger().failed[0].cause
    assert "RollbackInstanceRefresh" in dev.calls


def test_a_changed_template_is_rolled_without_a_release(dev: Environment):
    dev.deploy(A)
    dev.change_spec(OTHER)
    assert dev.deploy(A) == 0
    dev.whole(A, OTHER)
    assert dev.ledger().release.spec_hash == OTHER  # type: ignore[union-attr]


def test_a_changed_template_that_fails_holds_the_environment(dev: Environment):
    dev.deploy(A)
    dev.change_spec(OTHER)
    dev.bad = {A}
    assert dev.deploy(A) == 1
    dev.bad = set()
    dev.whole(A, OTHER)
    hold = dev.observe().hold
    assert hold
    assert (hold.kind, hold.spec_hash) == ("template", OTHER)
    assert "the changed template under release" in dev.error.what
    assert f"{A} runs on every instance on the template before it" in dev.error.what
    assert "held until the template changes" in dev.error.next_step
    assert dev.deploy(A) == 3


def test_a_changed_template_whose_rollout_a_person_aborts_did_not_fail(dev: Environment):
    dev.deploy(A)
    dev.change_spec(OTHER)

    def abort_now() -> None:
        dev.on_pause = lambda: None
        assert dev.run(abort.main) == 0

    dev.on_pause = abort_now
    dev.deploy(A)
    hold = dev.observe().hold
    assert hold
    assert hold.reason.startswith("the rollout of a changed template was aborted:")
    assert "failed" not in hold.reason


def test_the_first_deploy_does_not_hint_at_a_rollback(dev: Environment, capfd):
    dev.deploy(A)
    assert "make roll-back" not in capfd.readouterr().err
    dev.deploy(B)
    assert "make roll-back ENV=dev" in capfd.readouterr().err


def test_a_changed_template_that_failed_while_nobody_watched_holds_as_well(dev: Environment):
    dev.deploy(A)
    dev.change_spec(OTHER)
    dev.bad = {A}
    dev.kill_at_poll = dev.polls + 1
    assert dev.deploy(A) == -9
    dev.pass_time(7200)
    assert dev.deploy(A) == 3
    hold = dev.observe().hold
    assert hold is not None
    assert (hold.kind, hold.spec_hash) == ("template", OTHER)
    assert "unwatched" in dev.ledger().failed[0].cause


def test_what_a_dead_run_left_failing_is_ended_by_the_deploy_that_waits_for_it(dev: Environment):
    dev.deploy(A)
    dev.bad = {B}
    dev.kill_at_poll = dev.polls + 1
    assert dev.deploy(B, "--wait") == -9
    polls = dev.polls
    assert dev.deploy(C, "--wait") == 0
    assert dev.polls - polls < 40, "AWS alone would have tried for an hour"
    dev.whole(C)
    [failure] = dev.ledger().failed
    assert failure.version == B
    assert "gave up while it booted" in failure.cause


def test_a_hold_on_a_template_ends_when_its_shape_changes(dev: Environment):
    dev.deploy(A)
    dev.change_spec(OTHER)
    dev.bad = {A}
    dev.deploy(A)
    dev.bad = set()
    dev.change_spec("a" * 12)
    assert dev.deploy(B) == 0
    dev.whole(B, "a" * 12)
    assert dev.observe().hold is None


def test_a_roll_back_goes_to_the_one_before_and_holds(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    assert dev.roll_back("--reason", "B is slow") == 0
    dev.whole(A)
    assert dev.ledger().earlier[0].rejected
    hold = dev.observe().hold
    assert hold
    assert (hold.kind, hold.release, hold.reason) == ("rollback", A, "B is slow")
    before = list(dev.calls)
    assert dev.deploy(C) == 3
    assert dev.calls == before


def test_a_second_roll_back_skips_what_was_rejected(dev: Environment):
    for version in (A, B, C):
        dev.deploy(version)
    dev.roll_back()
    assert dev.roll_back() == 0
    dev.whole(A)


def test_a_roll_back_to_a_named_release(dev: Environment):
    for version in (A, B, C):
        dev.deploy(version)
    assert dev.roll_back("--to", A) == 0
    dev.whole(A)


def test_a_roll_back_without_a_hold_leaves_none(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    assert dev.roll_back("--no-hold") == 0
    assert dev.observe().hold is None


def test_a_roll_back_that_cannot_be_touches_nothing(dev: Environment):
    assert dev.roll_back() == 3
    dev.deploy(A)
    dev.deploy(B)
    before = list(dev.calls)
    for words in (["--to", "f" * 12], ["--to", B]):
        assert dev.roll_back(*words) == 3
    dev.roll_back()
    between = list(dev.calls)
    assert dev.roll_back("--to", B) == 3
    assert dev.roll_back() == 3
    assert before != between == dev.calls


def test_a_roll_back_needs_its_image(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    dev.clients.ecr.batch_delete_image(
        repositoryName="slipway", imageIds=[{"imageDigest": dev.digests[A]}]
    )
    before = list(dev.calls)
    assert dev.roll_back() == 3
    assert dev.calls == before


def test_a_roll_back_keeps_a_newer_shape_for_the_next_deploy(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    dev.change_spec(OTHER)
    assert dev.roll_back() == 0
    dev.whole(A, OTHER)
    spec_hashes = {one.configuration.spec_hash for one in dev.observe().group.fleet}  # type: ignore[union-attr]
    assert spec_hashes == {SPEC}


def test_a_roll_back_that_fails_returns_to_what_ran(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    dev.bad = {A}
    assert dev.roll_back() == 1
    dev.whole(B)


def test_a_group_moved_by_hand_is_brought_back_before_anything_else(dev: Environment):
    dev.deploy(A)
    dev.deploy(B)
    dev.stand.point(3)
    assert dev.deploy(C) == 0
    dev.whole(C)
    assert dev.calls.count("StartInstanceRefresh") == 3
