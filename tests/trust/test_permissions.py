"""The judge of permissions answers as IAM's documentation says, and never yes by ignorance.

Each group names the page of the IAM User Guide that states it.
"""

from typing import Any

import pytest

from emulator.aws.iam.permissions import Call, judge_call

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/slipway-dev"
READ = Call("dynamodb:GetItem", TABLE)


def policy(
    action: Any = "dynamodb:GetItem", resource: Any = TABLE, **more: Any
) -> dict[str, list[dict[str, Any]]]:
    return {
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}],
    }


# reference_policies_elements_action.html, reference_policies_elements_resource.html
@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("dynamodb:GetItem", TABLE, True),
        ("dynamodb:getitem", TABLE, True),
        ("dynamodb:Get*", TABLE, True),
        ("*", "*", True),
        (["dynamodb:PutItem", "dynamodb:GetItem"], ["x", TABLE], True),
        ("dynamodb:GetIte", TABLE, False),
        ("dynamodb:GetItem", TABLE.upper(), False),
        ("dynamodb:GetItem", f"{TABLE}/*", False),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/slipway-de?", True),
        ("dynamodb:GetItem", [], False),
        ("ec2:GetItem", TABLE, False),
    ],
)
def test_action_and_resource_both_have_to_match(action: Any, resource: Any, expected: bool) -> None:
    assert judge_call([policy(action, resource)], READ).allowed is expected


def test_an_action_without_resources_needs_the_star() -> None:
    call = Call("ec2:DescribeInstances")
    assert judge_call([policy("ec2:*", "*")], call).allowed
    assert not judge_call([policy("ec2:*", "arn:aws:ec2:*:*:*/*")], call).allowed


# reference_policies_evaluation-logic.html
def test_a_deny_wins_over_an_allow_of_another_policy() -> None:
    refusal = policy("dynamodb:*", "*", Effect="Deny")
    assert not judge_call([policy(), refusal], READ).allowed
    assert not judge_call([refusal, policy()], READ).allowed


def test_a_deny_holds_only_where_its_condition_does() -> None:
    refusal = policy(Effect="Deny", Condition={"StringEquals": {"ssm:Overwrite": "true"}})
    assert judge_call([policy(), refusal], READ).allowed
    overwriting = Call(READ.action, READ.resource, {"ssm:Overwrite": "true"})
    assert not judge_call([policy(), refusal], overwriting).allowed


def test_nothing_is_allowed_by_default() -> None:
    assert not judge_call([], READ).allowed
    assert not judge_call([{}], READ).allowed


# access_policies_boundaries.html
def test_with_a_boundary_both_have_to_allow() -> None:
    assert judge_call([policy()], READ, boundary=policy("dynamodb:*", "*")).allowed
    assert not judge_call([policy()], READ, boundary=policy("s3:*", "*")).allowed
    assert not judge_call([], READ, boundary=policy("dynamodb:*", "*")).allowed


@pytest.mark.parametrize(
    "unknown",
    [
        {"NotAction": "ec2:*"},
        {"NotResource": "*"},
        {"Principal": "*"},
        {"Effect": "Maybe"},
        {"Resource": "arn:aws:s3:::${aws:username}"},
        {"Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "x"}}},
    ],
)
def test_a_form_that_is_not_implemented_is_never_a_yes(unknown: dict[str, Any]) -> None:
    beside = policy()
    beside["Statement"].append({**policy()["Statement"][0], **unknown})
    verdict = judge_call([beside], READ)
    assert not verdict.allowed
    assert verdict.reason.startswith("cannot be judged")


SESSION = "arn:aws:ssm:eu-central-1:123456789012:session"
OWN = {**policy("ssm:*", f"{SESSION}/${{aws:userid}}-*"), "Version": "2012-10-17"}
TAGGED = {
    **policy("ssm:*", "*", Condition={"StringEquals": {"ssm:resourceTag/by": "${aws:userid}"}}),
    "Version": "2012-10-17",
}


# reference_policies_variables.html
@pytest.mark.parametrize(
    ("given", "resource", "context", "expected"),
    [
        (OWN, f"{SESSION}/anna-1", {"aws:userid": "anna"}, True),
        (OWN, f"{SESSION}/anna-1", {"AWS:UserId": "anna"}, True),
        (OWN, f"{SESSION}/ben-1", {"aws:userid": "anna"}, False),
        (TAGGED, "*", {"aws:userid": "anna", "ssm:resourceTag/by": "anna"}, True),
        (TAGGED, "*", {"aws:userid": "anna", "ssm:resourceTag/by": "ben"}, False),
        (TAGGED, "*", {"aws:userid": "anna"}, False),
    ],
)
def test_a_variable_stands_for_the_requests_own_value(
    given: dict[str, Any], resource: str, context: dict[str, str], expected: bool
) -> None:
    call = Call("ssm:TerminateSession", resource, context)
    assert judge_call([given], call).allowed is expected


@pytest.mark.parametrize("given", [OWN, TAGGED])
@pytest.mark.parametrize("userid", [None, "*", "ann?"])
def test_a_variable_without_a_plain_value_is_never_a_yes(
    given: dict[str, Any], userid: str | None
) -> None:
    context = {"ssm:resourceTag/by": "*"} | ({"aws:userid": userid} if userid else {})
    everything = policy("*", "*")
    call = Call("ssm:TerminateSession", f"{SESSION}/anna-1", context)
    verdict = judge_call([everything, given], call)
    assert not verdict.allowed
    assert "UnknownVariableError ${aws:userid}" in verdict.reason
    # Where it is not asked, nobody has to know it.
    assert judge_call([everything, given], READ).allowed


# reference_policies_elements_version.html
def test_before_2012_a_variable_is_plain_text_and_never_a_yes() -> None:
    call = Call("ssm:TerminateSession", f"{SESSION}/anna-1", {"aws:userid": "anna"})
    older = {**OWN, "Version": "2008-10-17"}
    assert not judge_call([older], call).allowed
    assert judge_call([OWN], call).allowed
