"""The gate fails unless each job did what the scope said; and who gets a plan at all."""

import json

import pytest

from scripts.base.errors import SlipwayError, UsageError
from scripts.workflow_steps import gate
from scripts.workflow_steps.preview_scope import why_no_plan

JOBS = ("scope", "check", "test", "image", "plan", "comment")


def needs(plans="true", tests="true", **results):
    found = {job: {"result": results.get(job, "success"), "outputs": {}} for job in JOBS}
    found["scope"]["outputs"] = {"test": tests, "plan": plans, "comment": plans}
    return found


def test_all_jobs_that_succeeded_pass():
    assert gate.problems(needs()) == []


def test_a_job_that_was_to_be_skipped_may_be():
    assert gate.problems(needs("false", plan="skipped", comment="skipped")) == []
    assert gate.problems(needs(tests="false", test="skipped")) == []


def test_a_job_that_was_to_be_skipped_and_was_not_fails():
    assert gate.problems(needs(tests="false")) == ["test: success, expected skipped"]


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_a_scope_that_failed_excuses_nobody(result):
    assert gate.problems(needs(tests="false", scope=result, test="skipped")) == [
        f"scope: {result}, expected success"
    ]


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_any_other_result_fails(job, result):
    assert any(
        line.startswith(f"{job}: {result}") for line in gate.problems(needs(**{job: result}))
    )


@pytest.mark.parametrize("job", JOBS)
def test_a_job_that_is_not_needed_any_more_is_missed(job):
    found = needs()
    del found[job]
    assert any(line.startswith(f"{job}:") for line in gate.problems(found))


def test_a_scope_without_outputs_excuses_nobody():
    found = needs(test="skipped", plan="skipped", comment="skipped")
    found["scope"]["outputs"] = {}
    assert len(gate.problems(found)) == 3


def test_the_command_reads_needs(monkeypatch):
    monkeypatch.setenv("NEEDS", json.dumps(needs()))
    assert gate.main([]) == 0
    monkeypatch.setenv("NEEDS", json.dumps(needs(test="failure")))
    with pytest.raises(SlipwayError, match="not every job"):
        gate.main([])


@pytest.mark.parametrize("text", ["", "[]", "1", '{"a": 1}'])
def test_anything_else_than_needs_is_wrong(monkeypatch, text):
    monkeypatch.setenv("NEEDS", text)
    with pytest.raises(UsageError):
        gate.main([])


def pull(head="example/slipway"):
    base = {"repo": {"full_name": "example/slipway"}}
    return {"pull_request": {"head": {"repo": head and {"full_name": head}}, "base": base}}


def test_a_branch_of_the_repository_gets_a_plan():
    assert why_no_plan("pull_request", pull(), "ada", connected=True) == ""


@pytest.mark.parametrize(
    ("name", "payload", "actor", "connected", "said"),
    [
        ("pull_request", pull("mallory/slipway"), "mallory", True, "fork"),
        ("pull_request", pull(None), "ada", True, "fork"),
        ("pull_request", pull(), "dependabot[bot]", True, "bot"),
        ("merge_group", {}, "ada", True, "merge queue"),
        ("pull_request", pull(), "ada", False, "scripts connect"),
    ],
)
def test_the_others_are_told_why_not(name, payload, actor, connected, said):
    assert said in why_no_plan(name, payload, actor, connected=connected)
