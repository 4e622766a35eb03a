"""Who gets which role: tokens of jobs and people against the trust policies of the HCL."""

from typing import Any

import pytest

from emulator.aws.iam.conditions import values_of
from tests.trust.claims import token
from tests.trust.judge import ISSUER, judge_person, judge_trust
from tests.trust.rendered import Rendered

pytestmark = pytest.mark.slow

BRANCH, PULL, TAG = "refs/heads/feature", "refs/pull/7/merge", "refs/tags/main"
ENVIRONMENT = "_environment.yml"
WRITING = {
    "image",
    "dev-infrastructure",
    "dev-release",
    "prod-infrastructure",
    "prod-release",
}
PLANS = {"dev-plan", "prod-plan"}
VIEWERS, OPERATORS = {"dev-viewer", "prod-viewer"}, {"dev-operator", "prod-operator"}
PEOPLE = VIEWERS | OPERATORS

JOBS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "the image job": (token("deploy.yml"), {"image", *PLANS}),
    "the image job of a dispatch": (
        token("deploy.yml", event="workflow_dispatch"),
        {"image", *PLANS},
    ),
    "dev of a deploy": (
        token("deploy.yml", environment="dev", called=ENVIRONMENT),
        {"dev-infrastructure", "dev-release"},
    ),
    "prod of a rollback": (
        token("rollback.yml", environment="prod", called=ENVIRONMENT, event="workflow_dispatch"),
        {"prod-infrastructure", "prod-release"},
    ),
    "a plan of a pull request": (
        token("pull-request.yml", ref=PULL, event="pull_request"),
        PLANS,
    ),
    "a look for drift": (token("drift.yml", event="schedule"), PLANS),
    "a look for a newer machine image": (token("images.yml", event="schedule"), PLANS),
    "a doctor's look": (token("doctor.yml", event="schedule"), PLANS),
}
"""The jobs of the pipeline, and the roles that each is given."""

STRANGERS: dict[str, dict[str, Any]] = {
    "a branch that names the environment": token(
        "deploy.yml", ref=BRANCH, environment="prod", called=ENVIRONMENT
    ),
    "a tag called main": token("deploy.yml", ref=TAG, environment="prod", called=ENVIRONMENT),
    "a pull request that names the environment": token(
        "pull-request.yml", ref=PULL, environment="prod", event="pull_request"
    ),
    "a workflow of its own on main": token("evil.yml", environment="prod"),
    "the deploy itself, not what it calls": token("deploy.yml", environment="prod"),
    "another called workflow": token("deploy.yml", environment="prod", called="evil.yml"),
    "the called workflow of a branch": token(
        "deploy.yml",
        environment="prod",
        job_workflow_ref=f"example/slipway/.github/workflows/{ENVIRONMENT}@{BRANCH}",
    ),
    "a branch that calls the workflow of main": token(
        "mine.yml",
        ref=BRANCH,
        environment="prod",
        job_workflow_ref=f"example/slipway/.github/workflows/{ENVIRONMENT}@refs/heads/main",
    ),
    "the called workflow of another repository": token(
        "deploy.yml",
        environment="prod",
        job_workflow_ref=f"evil/slipway/.github/workflows/{ENVIRONMENT}@refs/heads/main",
    ),
    "an environment that nobody set up": token(
        "deploy.yml", environment="staging", called=ENVIRONMENT
    ),
    "the approval": token("deploy.yml", environment="prod-approval"),
    "an environment whose name differs in case": token(
        "deploy.yml", environment="Prod", called=ENVIRONMENT
    ),
    "a subject without its environment": token(
        "deploy.yml", environment="prod", called=ENVIRONMENT, sub="repo:example/slipway:ref:x"
    ),
    "a fork": token(
        "deploy.yml",
        environment="prod",
        called=ENVIRONMENT,
        repository="fork/slipway",
        repository_id="3003",
    ),
    "a fork's main": token("deploy.yml", repository="fork/slipway", repository_id="3003"),
    "a repository whose name begins alike": token(
        "deploy.yml", repository="example/slipway-too", repository_id="3003"
    ),
    "the name registered again": token(
        "deploy.yml", environment="prod", called=ENVIRONMENT, repository_id="3003"
    ),
    "the name registered again, on main": token("deploy.yml", repository_id="3003"),
    "the name registered again, in a pull request": token(
        "pull-request.yml", ref=PULL, event="pull_request", repository_id="3003"
    ),
    "a token for somebody else": token(
        "deploy.yml", environment="prod", called=ENVIRONMENT, aud="https://github.com/example"
    ),
    "another issuer": token(
        "deploy.yml", environment="prod", called=ENVIRONMENT, iss="https://gitlab.example"
    ),
}
"""Tokens that get no role at all."""


def given(plan: Rendered, claims: dict[str, Any]) -> set[str]:
    return {name for name, role in plan.roles.items() if judge_trust(role.trust, claims).allowed}


def legacy(claims: dict[str, Any]) -> dict[str, Any]:
    """The same token as an older repository gets it: without numbers in its subject."""
    kept = claims["sub"].split(":", 2)[2]
    return {**claims, "sub": f"repo:{claims['repository']}:{kept}"}


@pytest.mark.parametrize("job", JOBS)
def test_a_job_of_the_pipeline_gets_its_roles_and_no_other(connected: Rendered, job: str) -> None:
    claims, roles = JOBS[job]
    assert given(connected, claims) == roles


@pytest.mark.parametrize("job", JOBS)
def test_a_repository_with_the_older_form_of_subject_gets_the_same(
    connected: Rendered, committed: Rendered, job: str
) -> None:
    claims, roles = JOBS[job]
    assert given(connected, legacy(claims)) == roles
    # Without its numbers this is the only form that is trusted.
    assert given(committed, legacy(claims)) == roles
    assert given(committed, claims) == set()


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_gets_any_role(connected: Rendered, stranger: str) -> None:
    claims = STRANGERS[stranger]
    assert given(connected, claims) == set()
    assert given(connected, legacy(claims)) == set()


@pytest.mark.parametrize("event", ["push", "workflow_dispatch", "pull_request"])
def test_a_branch_gets_no_role_that_writes(connected: Rendered, event: str) -> None:
    ref = PULL if event == "pull_request" else BRANCH
    for workflow in ("deploy.yml", "rollback.yml", "pull-request.yml"):
        claims = token(workflow, ref=ref, event=event)
        assert not given(connected, claims) & (WRITING | PEOPLE)
        for environment in ("dev", "prod"):
            claims = token(
                workflow, ref=ref, event=event, environment=environment, called=ENVIRONMENT
            )
            assert given(connected, claims) == set()


def test_every_claim_that_a_role_asks_for_decides(connected: Rendered) -> None:
    """Each condition is needed: with any one claim wrong, or gone, the role is not given."""
    reading = token("pull-request.yml", ref=PULL, event="pull_request")
    rights = dict.fromkeys(PLANS, reading)
    rights["image"] = token("deploy.yml")
    for role in WRITING - {"image"}:
        environment = role.split("-")[0]
        rights[role] = token("deploy.yml", environment=environment, called=ENVIRONMENT)
    for role, claims in rights.items():
        trust = connected.roles[role].trust
        asked = [
            key.removeprefix(f"{ISSUER}:")
            for statement in trust["Statement"]
            for key in statement["Condition"]["StringEquals"]
        ]
        assert {"aud", "sub", "repository_id"} <= set(asked)
        for claim in asked:
            assert not judge_trust(trust, {**claims, claim: "other"}).allowed, (role, claim)
            gone = {key: value for key, value in claims.items() if key != claim}
            assert not judge_trust(trust, gone).allowed, (role, claim)


def test_roles_are_these_and_those_for_people_where_somebody_is_named(
    connected: Rendered, committed: Rendered
) -> None:
    assert set(connected.roles) == PLANS | WRITING | PEOPLE
    assert committed.of_jobs == PLANS | WRITING


def test_trust_is_in_exact_values(connected: Rendered) -> None:
    """But for the end of the names that Identity Center gives to its roles."""
    for name, role in connected.roles.items():
        for statement in role.trust["Statement"]:
            [(operator, keys)] = statement["Condition"].items()
            assert operator in (["Bool", "ArnLike"] if name in PEOPLE else ["StringEquals"])
            for values in keys.values():
                exact = [value.replace("/*/", "/").rstrip("?") for value in values_of(values)]
                assert not any(set("*?") & set(value) for value in exact)


ANNA = "arn:aws:iam::123456789012:user/anna"
BEN = "arn:aws:iam::123456789012:user/ops/ben"
CARL = "arn:aws:iam::123456789012:user/carl"


def people_given(plan: Rendered, who: str, mfa: bool | None) -> set[str]:
    return {
        name for name, role in plan.roles.items() if judge_person(role.trust, who, mfa=mfa).allowed
    }


@pytest.mark.parametrize(
    ("person", "mfa", "roles"),
    [
        (ANNA, True, OPERATORS),
        (BEN, True, {"prod-operator"}),
        (CARL, True, {"prod-viewer"}),
        (ANNA, False, set()),
        # A long-term key alone: its requests do not say anything about MFA.
        (ANNA, None, set()),
        (CARL, None, set()),
        ("arn:aws:iam::123456789012:user/dora", True, set()),
        ("arn:aws:iam::999999999999:user/anna", True, set()),
        ("arn:aws:iam::123456789012:role/anna", True, set()),
    ],
)
def test_a_user_who_is_named_gets_in_with_mfa_and_not_without(
    connected: Rendered, person: str, mfa: bool | None, roles: set[str]
) -> None:
    assert people_given(connected, person, mfa) == roles


HEX = "0123456789abcdef"
SSO = "role/aws-reserved/sso.amazonaws.com"


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        (f"{SSO}/eu-west-1/AWSReservedSSO_Developers_{HEX}", {"dev-viewer"}),
        # Identity Center at home in us-east-1 names no region.
        (f"{SSO}/AWSReservedSSO_Operators_{HEX}", {"prod-operator"}),
        (f"{SSO}/eu-west-1/AWSReservedSSO_Others_{HEX}", set()),
        # Sets whose names begin, or end, with that of the one which is named.
        (f"{SSO}/eu-west-1/AWSReservedSSO_Operators_x_{HEX}", set()),
        (f"{SSO}/eu-west-1/AWSReservedSSO_Operators2_{HEX}", set()),
        (f"{SSO}/eu-west-1/AWSReservedSSO_No_Operators_{HEX}", set()),
        (f"{SSO}/eu-west-1/AWSReservedSSO_Operator_{HEX}", set()),
        (f"{SSO}/eu-west-1/AWSReservedSSO_operators_{HEX}", set()),
        # A role that anybody may make: names can be chosen, this path can not.
        (f"role/AWSReservedSSO_Operators_{HEX}", set()),
        (f"role/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Operators_{HEX}", set()),
        ("role/admin", set()),
        ("root", set()),
    ],
)
def test_a_session_of_a_permission_set_gets_in_by_its_whole_name(
    connected: Rendered, role: str, roles: set[str]
) -> None:
    assert people_given(connected, f"arn:aws:iam::123456789012:{role}", None) == roles
    assert people_given(connected, f"arn:aws:iam::999999999999:{role}", None) == set()


def test_no_workflow_gets_a_role_for_people(connected: Rendered) -> None:
    for claims in [*(job[0] for job in JOBS.values()), *STRANGERS.values()]:
        assert not given(connected, claims) & PEOPLE
