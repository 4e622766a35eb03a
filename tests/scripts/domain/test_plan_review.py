"""On main: applied within what was reviewed, accepted by name, or stopped first."""

import json
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.base.errors import RefusedError, UsageError
from scripts.domain import plan_review, receipt
from scripts.domain.plan_changes import changes
from scripts.domain.plan_review import Case, Found, check_fingerprint
from scripts.operations import infrastructure, run_lock
from tests.scripts.plan_maker import plan, real, resource, update

INPUTS = "0123456789ab"
CLIENTS: Any = SimpleNamespace(account_id="123456789012", s3=None)
PROJECT: Any = SimpleNamespace(state_bucket=lambda _: "state")
PLAN = plan(update("aws_subnet.a", {"x": 1}, {"x": 2}), update("aws_subnet.b", {"x": 1}, {"x": 2}))
NAME = receipt.fingerprint("dev", INPUTS, changes(PLAN))
GUARDED = plan(resource("aws_dynamodb_table.x", ["delete"], {"a": 1}))


def reviewed(one, where="pull request #1", environment="dev", inputs=INPUTS) -> Found:
    return Found(where, receipt.make(environment, inputs, changes(one)))


def judge(one, *found: Found, accept=""):
    return plan_review.judge(Case("dev", INPUTS, accept, lambda: found), one)


def refused(one, *found: Found, accept="") -> str:
    with pytest.raises(RefusedError) as raised:
        judge(one, *found, accept=accept)
    assert raised.value.exit_code == 3
    return str(raised.value)


def never() -> list[Found]:
    raise AssertionError("GitHub is not to be asked")


def test_what_was_reviewed_passes_and_says_where():
    assert "reviewed in pull request #7" in judge(PLAN, reviewed(PLAN, "pull request #7"))


def test_any_of_several_receipts_will_do():
    assert judge(PLAN, Found("pull request #9", None, "x"), reviewed(plan()), reviewed(PLAN))


def test_a_plan_that_changes_nothing_asks_nobody():
    assert plan_review.judge(Case("dev", INPUTS, "", never), real("release"))
    assert plan_review.judge(Case("dev", INPUTS, "f" * 16, never), plan())


def test_without_a_receipt_it_stops_and_says_what_is_missing():
    said = refused(PLAN, Found("pull request #3", None, "came from a fork"))
    assert "pull request #3: came from a fork" in said
    assert "update aws_subnet.b" in said
    assert f"make deploy ENV=dev ACCEPT={NAME}" in said
    assert "Nothing was changed" in said


def test_without_a_pull_request_it_stops():
    assert "no merged pull request brought this change" in refused(PLAN)


def test_outside_of_its_receipt_it_stops_and_shows_the_difference_alone():
    only_a = plan(PLAN["resource_changes"][0])
    said = refused(PLAN, reviewed(only_a, "pull request #4"))
    assert "reviewed in pull request #4" in said
    assert "update aws_subnet.b: was not in the reviewed plan" in said
    assert "aws_subnet.a" not in said


def test_the_closest_receipt_is_compared():
    only_a = plan(PLAN["resource_changes"][0])
    said = refused(PLAN, reviewed(plan(), "pull request #1"), reviewed(only_a, "pull request #2"))
    assert "pull request #2" in said
    assert "pull request #1" not in said


@pytest.mark.parametrize("other", [{"environment": "prod"}, {"inputs": "ba9876543210"}])
def test_a_receipt_of_something_else_is_none(other):
    assert "another environment or tree" in refused(PLAN, reviewed(PLAN, **other))


def test_the_end_of_data_takes_a_person_whatever_was_reviewed():
    said = refused(GUARDED, reviewed(GUARDED))
    assert "delete aws_dynamodb_table.x: data; always takes a person" in said
    assert "no receipt" not in said


def test_the_dispatch_accepts_exactly_that_plan_and_asks_nobody():
    assert plan_review.judge(Case("dev", INPUTS, NAME, never), PLAN)
    name = receipt.fingerprint("dev", INPUTS, changes(GUARDED))
    assert "accepted" in judge(GUARDED, accept=name)


def test_a_stale_fingerprint_is_refused_and_the_new_one_shown():
    other = plan(*PLAN["resource_changes"], update("aws_subnet.c", {"x": 1}, {"x": 2}))
    name = receipt.fingerprint("dev", INPUTS, changes(other))
    said = refused(other, reviewed(other), accept=NAME)
    assert "the accepted plan is not this one" in said
    assert f"ACCEPT={name}" in said


def test_a_long_difference_is_cut():
    many = plan(*(update(f"aws_subnet.s{n}", {"x": 1}, {"x": 2}) for n in range(500)))
    said = refused(many, reviewed(plan()))
    assert "more" in said
    assert len(said.splitlines()) < 60


@pytest.mark.parametrize("text", ["", "  ", NAME, f" {NAME}\n"])
def test_a_fingerprint_or_nothing_is_taken(text):
    assert check_fingerprint(text) == text.strip()


@pytest.mark.parametrize("text", ["yes", NAME[:-1], NAME + "0", NAME.upper() + "X", "$(id)"])
def test_anything_else_is_wrong_words(text):
    with pytest.raises(UsageError):
        check_fingerprint(text)


class FakeTerraform:
    def __init__(self, one, changed=True):
        self.one, self.changed, self.did = one, changed, []

    def plan(self):
        self.did.append("plan")
        return self.changed

    def show_json(self):
        return json.dumps(self.one)

    def apply(self):
        self.did.append("apply")


@pytest.fixture
def apply(monkeypatch):
    """Run the infrastructure step with a Terraform that only notes what it is asked for."""

    def run(terraform, judge=None):
        @contextmanager
        def ready(*_):
            yield terraform

        store: Any = SimpleNamespace(
            read=lambda: terraform.did.append("read"),
            write=lambda _: terraform.did.append("write"),
        )
        monkeypatch.setattr(infrastructure, "ready", ready)
        monkeypatch.setattr(run_lock, "noted", lambda *_: nullcontext())
        infrastructure.apply_infrastructure(
            CLIENTS, PROJECT, "dev", store, inputs=INPUTS, commit="", run="", judge=judge
        )

    return run


def test_a_refused_plan_changes_nothing_and_writes_nothing(apply):
    terraform = FakeTerraform(PLAN)
    with pytest.raises(RefusedError):
        apply(terraform, plan_review.judge_of(Case("dev", INPUTS, "", list)))
    assert terraform.did == ["plan"]


def test_the_judged_plan_is_applied_after_it_was_written_ahead(apply):
    terraform = FakeTerraform(PLAN)
    seen = []
    apply(terraform, lambda one: seen.append((one, list(terraform.did))))
    assert seen == [(PLAN, ["plan"])]
    assert terraform.did[:4] == ["plan", "read", "write", "apply"]


def test_without_a_judge_any_plan_is_applied(apply):
    terraform = FakeTerraform(GUARDED)
    apply(terraform)
    assert "apply" in terraform.did


def test_an_empty_plan_is_neither_judged_nor_applied(apply):
    terraform = FakeTerraform(plan(), changed=False)
    apply(terraform, never)
    assert terraform.did == ["plan", "read", "write"]
