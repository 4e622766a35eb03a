"""The judge of trust policies answers as IAM's documentation says, and never yes by ignorance.

Each case names the page of the IAM User Guide that states it.
"""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from emulator.aws.iam.conditions import UnknownOperatorError, unmet
from tests.trust.judge import ISSUER, judge_person, judge_trust, trust_policies

PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
USER = "arn:aws:iam::123456789012:user/anna"
CLAIMS = {
    "iss": f"https://{ISSUER}",
    "aud": "sts.amazonaws.com",
    "sub": "repo:o/r:ref:refs/heads/main",
    "ref": "refs/heads/main",
    "event_name": "push",
}


def policy(condition: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition or {"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}},
        **changes,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def allowed(condition: dict[str, Any]) -> bool:
    return judge_trust(policy(condition), CLAIMS).allowed


# reference_policies_condition-logic-multiple-context-keys-or-values.html
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {f"{ISSUER}:ref": "refs/heads/main"}}, True),
        ({"StringEquals": {f"{ISSUER}:ref": "refs/heads/Main"}}, False),
        ({"StringEquals": {f"{ISSUER}:ref": ["x", "refs/heads/main"]}}, True),
        ({"StringEquals": {f"{ISSUER}:ref": []}}, False),
        ({"StringEquals": {f"{ISSUER}:ref": "refs/heads/main", f"{ISSUER}:aud": "x"}}, False),
        (
            {
                "StringEquals": {f"{ISSUER}:ref": "refs/heads/main"},
                "StringLike": {f"{ISSUER}:sub": "repo:o/x:*"},
            },
            False,
        ),
        ({"StringLike": {f"{ISSUER}:sub": "repo:o/?:ref:*"}}, True),
        ({"StringEquals": {f"{ISSUER}:sub": "repo:o/r:*"}}, False),
        # The names of keys are not case-sensitive: reference_policies_elements_condition.html.
        ({"StringEquals": {f"{ISSUER}:REF": "refs/heads/main"}}, True),
    ],
)
def test_keys_are_anded_and_values_ored(condition: dict[str, Any], expected: bool) -> None:
    assert allowed(condition) is expected


# reference_policies_elements_condition_operators.html
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {f"{ISSUER}:environment": "prod"}}, False),
        ({"StringLike": {f"{ISSUER}:environment": "*"}}, False),
        ({"StringEqualsIfExists": {f"{ISSUER}:environment": "prod"}}, True),
        ({"StringNotEquals": {f"{ISSUER}:environment": "prod"}}, True),
        ({"Null": {f"{ISSUER}:environment": "true"}}, True),
        ({"Null": {f"{ISSUER}:environment": False}}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
    ],
)
def test_a_missing_key_matches_nothing(condition: dict[str, Any], expected: bool) -> None:
    assert allowed(condition) is expected


def test_a_claim_that_sts_does_not_know_is_a_missing_key() -> None:
    assert not allowed({"StringEquals": {f"{ISSUER}:event_name": "push"}})


@pytest.mark.parametrize(
    "operator", ["ForAllValues:StringEquals", "ForAnyValue:StringEquals", "DateLessThan", "Spelt"]
)
def test_an_operator_that_is_not_implemented_is_never_a_yes(operator: str) -> None:
    verdict = judge_trust(policy({operator: {f"{ISSUER}:ref": "refs/heads/main"}}), CLAIMS)
    assert not verdict.allowed
    assert operator in verdict.reason
    # Nor behind one that fails already, where it could not have been reached.
    with pytest.raises(UnknownOperatorError):
        unmet({"StringEquals": {"a": "b"}, operator: {"c": "d"}}, {})


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": "*"},
        {"Principal": {"Federated": "*"}},
        {"NotPrincipal": {"Federated": PROVIDER}},
        {"NotAction": "sts:AssumeRole"},
        {"Effect": "allow"},
    ],
)
def test_a_form_that_is_not_implemented_is_never_a_yes(changes: dict[str, Any]) -> None:
    verdict = judge_trust(policy(**changes), CLAIMS)
    assert not verdict.allowed
    assert verdict.reason.startswith("cannot be judged")


# reference_policies_elements_principal.html
@pytest.mark.parametrize(
    "principal",
    [
        {"Federated": "arn:aws:iam::123456789012:oidc-provider/evil.example"},
        {"Federated": "cognito-identity.amazonaws.com"},
        {"AWS": PROVIDER},
        {"Service": "ec2.amazonaws.com"},
    ],
)
def test_the_principal_is_the_provider_of_the_tokens_issuer(principal: dict[str, str]) -> None:
    assert judge_trust(policy(), CLAIMS).allowed
    assert not judge_trust(policy(Principal=principal), CLAIMS).allowed


def test_another_issuers_token_is_refused() -> None:
    assert not judge_trust(policy(), {**CLAIMS, "iss": "https://evil.example"}).allowed
    assert not judge_trust(policy(), {k: v for k, v in CLAIMS.items() if k != "iss"}).allowed


def test_another_action_gives_nothing() -> None:
    assert not judge_trust(policy(Action="sts:AssumeRole"), CLAIMS).allowed
    assert judge_trust(policy(Action=["sts:TagSession", "sts:*"]), CLAIMS).allowed


# reference_policies_evaluation-logic.html
def test_a_deny_wins_wherever_it_stands() -> None:
    both = policy()
    both["Statement"] = [*both["Statement"], *policy(Effect="Deny")["Statement"]]
    assert not judge_trust(both, CLAIMS).allowed
    both["Statement"].reverse()
    assert not judge_trust(both, CLAIMS).allowed


def test_nothing_is_allowed_by_default() -> None:
    assert not judge_trust({"Version": "2012-10-17", "Statement": []}, CLAIMS).allowed
    assert not judge_trust({}, CLAIMS).allowed


# reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
@pytest.mark.parametrize(("mfa", "expected"), [(True, True), (False, False), (None, False)])
def test_a_person_without_mfa_is_refused(mfa: bool | None, expected: bool) -> None:
    person = policy(
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        Principal={"AWS": [USER]},
        Action="sts:AssumeRole",
    )
    assert judge_person(person, USER, mfa=mfa).allowed is expected
    assert not judge_person(person, f"{USER}-too", mfa=True).allowed
    assert not judge_trust(person, CLAIMS).allowed


# reference_policies_elements_principal.html#principal-accounts
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("arn:aws:iam::123456789012:role/path/anna", True),
        ("arn:aws:iam::123456789012:role/path/ben", False),
        ("arn:aws:iam::999999999999:role/path/anna", False),
    ],
)
def test_an_accounts_root_stands_for_whom_the_condition_names(who: str, expected: bool) -> None:
    account = policy(
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/path/anna"}},
        Principal={"AWS": "arn:aws:iam::123456789012:root"},
        Action="sts:AssumeRole",
    )
    assert judge_person(account, who).allowed is expected
    assert not judge_trust(account, CLAIMS).allowed


def test_the_policies_of_an_account_are_read_by_the_roles_names() -> None:
    with mock_aws():
        iam = boto3.client("iam", region_name="eu-central-1")
        document = '{"Version": "2012-10-17", "Statement": []}'
        for name in ("slipway-plan", "other-plan"):
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        assert trust_policies(iam, "slipway-") == {
            "slipway-plan": {"Version": "2012-10-17", "Statement": []}
        }
