"""What a job expects of its own token is what the HCL asks for: the two are written apart."""

from dataclasses import replace

import pytest

from scripts.base.project import Project
from scripts.domain.role_claims import MAIN, differences, expected_claims, subjects
from tests.trust.claims import OWNER_ID, REPOSITORY, REPOSITORY_ID, token
from tests.trust.judge import ISSUER
from tests.trust.rendered import Rendered

pytestmark = pytest.mark.slow

COMMITTED = Project("slipway", "eu-central-1", REPOSITORY, None)
CONNECTED = replace(COMMITTED, owner_id=int(OWNER_ID), repository_id=int(REPOSITORY_ID))
Asked = dict[str, set[str]]


def asked(plan: Rendered, role: str) -> Asked:
    [statement] = plan.roles[role].trust["Statement"]
    conditions = statement["Condition"]["StringEquals"]
    return {
        claim.removeprefix(f"{ISSUER}:"): set([values] if isinstance(values, str) else values)
        for claim, values in conditions.items()
    }


def expected(project: Project, workflow: str) -> Asked:
    return {claim: set(values) for claim, values in expected_claims(project, workflow).items()}


@pytest.mark.parametrize(("project", "plan"), [(COMMITTED, "committed"), (CONNECTED, "connected")])
def test_what_is_expected_is_what_the_roles_ask_for(
    plans: dict[str, Rendered], project: Project, plan: str
) -> None:
    images = expected(project, "deploy.yml")
    # The owner's number stands in the subject: AWS makes no condition key of the claim.
    images.pop("repository_owner_id", None)
    assert asked(plans[plan], "image") == images
    look = asked(plans[plan], "dev-plan")
    assert {sub for sub in look["sub"] if MAIN in sub} == images["sub"]
    assert {sub.removesuffix(":pull_request") for sub in look["sub"] - images["sub"]} == set(
        subjects(project)
    )
    acting = asked(plans[plan], "dev-release")
    assert acting["sub"] == {f"{subject}:environment:dev" for subject in subjects(project)}
    assert acting["job_workflow_ref"] == expected(project, "_environment.yml")["job_workflow_ref"]


def test_a_token_of_either_form_is_as_expected() -> None:
    wanted = expected_claims(CONNECTED, "doctor.yml")
    for immutable in (True, False):
        claims = token("doctor.yml", event="schedule", immutable=immutable)
        assert differences(wanted, claims) == []


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"sub": "repo:example/slipway:environment:dev"}, "sub"),
        ({"sub": f"repo:example@1/slipway@{REPOSITORY_ID}:ref:{MAIN}"}, "sub"),
        ({"job_workflow_ref": f"{REPOSITORY}/.github/workflows/doctor.yml@refs/heads/x"}, "job"),
        ({"repository_id": "3003"}, "repository_id"),
        ({"repository_owner_id": "3003"}, "repository_owner_id"),
        ({"repository_owner_id": None}, "repository_owner_id is missing"),
        ({"aud": "https://github.com/example"}, "aud"),
    ],
)
def test_a_claim_that_is_another_is_told(changes: dict[str, str | None], claim: str) -> None:
    claims = {**token("doctor.yml", event="schedule"), **changes}
    given = {name: str(value) for name, value in claims.items() if value is not None}
    [told] = differences(expected_claims(CONNECTED, "doctor.yml"), given)
    assert told.startswith(claim)


def test_without_numbers_the_newer_form_is_told() -> None:
    claims = token("doctor.yml", event="schedule")
    told = differences(expected_claims(COMMITTED, "doctor.yml"), claims)
    assert [one.split()[0] for one in told] == ["sub"]
