"""No statement of a policy says what AWS does not know.

An action that knows no resource is not allowed by an ARN, and a condition on a key that the call
does not carry is never met: AWS takes such a policy without a word, and refuses the call.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.iam.conditions import like, values_of
from tests.trust import reference
from tests.trust.rendered import Rendered

pytestmark = pytest.mark.slow

Statement = dict[str, Any]

OTHERWISE = {
    "ssmmessages:OpenDataChannel": "Session Manager's guide, "
    "getting-started-restrict-access-quickstart.html, allows it on arn:aws:ssm:*:*:session/*",
}
"""Actions about which another page of AWS says more than the reference does."""

NOT_NEEDED = {
    "ssm:GetParameters": "no template names its image by a parameter",
    "route53:AssociateVPCWithHostedZone": "gateway endpoints have no private names",
    "rds:DescribeAccountAttributes": "only quotas of EC2 and of VPC are asked for",
    "dynamodb:DescribeLimits": "the same",
    "cloudformation:DescribeAccountLimits": "the same",
    "iam:GetAccountSummary": "the same",
    "kinesis:DescribeLimits": "the same",
    "route53:GetAccountLimit": "the same",
}
"""Dependent actions that only other calls than ours need."""


def holders(plans: dict[str, Rendered]) -> dict[str, list[Statement]]:
    """The statements of every role and of every boundary, by its name and its plan's."""
    found = {}
    for plan, rendered in plans.items():
        policies = {name: list(role.policies) for name, role in rendered.roles.items()}
        policies |= {f"the boundary of {name}": [one] for name, one in rendered.boundaries.items()}
        for name, documents in policies.items():
            found[f"{name} ({plan})"] = [one for doc in documents for one in doc["Statement"]]
    return found


def faults(statement: Statement) -> Iterator[str]:
    """What AWS does not know of a statement."""
    resources = values_of(statement["Resource"])
    keys = [key for operator in statement.get("Condition", {}).values() for key in operator]
    for pattern in values_of(statement["Action"]):
        meant = list(reference.actions(pattern))
        if not meant:
            yield f"there is no action {pattern}"
        fitting = [one for one in meant if _fits(one, resources)]
        if meant and not fitting:
            known = sorted(set().union(*(one.kinds for one in meant)))
            yield f"{pattern} knows {', '.join(known) or 'no resource'}, not {resources}"
        for key in keys:
            if fitting and not any(one.knows(key, one.touched(resources)) for one in fitting):
                yield f"{pattern} has no condition key {key}"


def _fits(action: reference.Action, resources: list[str]) -> bool:
    if action.name in OTHERWISE:
        return True
    return bool(action.touched(resources)) if action.kinds else "*" in resources


def test_every_statement_is_about_what_aws_knows(plans: dict[str, Rendered]) -> None:
    found = {
        f"{holder}, {statement.get('Sid', statement['Action'])}: {fault}"
        for holder, statements in holders(plans).items()
        for statement in statements
        for fault in faults(statement)
    }
    assert sorted(found) == []


def granted(statements: list[Statement]) -> dict[str, set[str]]:
    """Resource types on which a role may do something, by the actions that it is given by name."""
    given: dict[str, set[str]] = {}
    for statement in statements:
        if statement["Effect"] == "Allow":
            for pattern in values_of(statement["Action"]):
                for action in reference.actions(pattern):
                    kinds = action.touched(values_of(statement["Resource"]))
                    if action.name.lower() == pattern.lower():
                        given.setdefault(action.name, set()).update(kinds)
    return given


def test_each_action_is_granted_on_every_resource_that_a_call_has(
    plans: dict[str, Rendered],
) -> None:
    """Such as the VPC in which a subnet is created, beside the subnet."""
    found = {
        f"{holder}: {name} also needs {kind}"
        for holder, statements in holders(plans).items()
        for name, kinds in granted(statements).items()
        for action in reference.actions(name)
        for kind in action.required - kinds
    }
    assert sorted(found) == []


def test_each_action_is_granted_with_those_that_it_depends_on(plans: dict[str, Rendered]) -> None:
    found = {
        f"{holder}: {name} depends on {other}"
        for holder, statements in holders(plans).items()
        for name in granted(statements)
        for action in reference.actions(name)
        for other in action.dependent - set(NOT_NEEDED)
        if not any(_allows(one, other) for one in statements)
    }
    assert sorted(found) == []


def _allows(statement: Statement, action: str) -> bool:
    patterns = values_of(statement["Action"])
    return statement["Effect"] == "Allow" and any(like(one, action) for one in patterns)


CERTIFICATES = "arn:aws:acm:eu-central-1:123456789012:certificate/*"
TAGGED = {"StringEquals": {"aws:ResourceTag/Project": "slipway"}}


@pytest.mark.parametrize(
    ("action", "resource", "condition", "said"),
    [
        ("acm:RequestCertificate", CERTIFICATES, {}, "knows no resource"),
        ("acm:RequestCertificate", "*", {}, None),
        ("acm:RequestCertificate", "*", TAGGED, "no condition key aws:ResourceTag/Project"),
        ("acm:DeleteCertificate", CERTIFICATES, TAGGED, None),
        ("acm:DeleteCertificate", CERTIFICATES.replace("acm", "ec2"), {}, "knows certificate"),
        ("acm:DeleteCertificates", CERTIFICATES, {}, "there is no action"),
        ("acm:Delete*", CERTIFICATES, {"StringEquals": {"acm:Owner": "x"}}, "no condition key"),
        ("acm:Delete*", CERTIFICATES, {"Bool": {"aws:SecureTransport": "true"}}, None),
        ("acme:Delete", "*", {}, "there is no action"),
    ],
)
def test_what_aws_does_not_know_is_noticed(
    action: str, resource: str, condition: dict[str, Any], said: str | None
) -> None:
    found = list(faults({"Action": action, "Resource": resource, "Condition": condition}))
    assert len(found) == (0 if said is None else 1)
    assert said is None or said in found[0]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("arn:aws:ec2:eu-central-1:1:*/*", "arn:*:ec2:*:*:subnet/*", True),
        ("arn:aws:ec2:eu-central-1:1:vpc/*", "arn:*:ec2:*:*:subnet/*", False),
        ("arn:aws:ec2:eu-central-1:1:*-x", "arn:*:ec2:*:*:vpc/*", True),
        ("arn:aws:ec2:eu-central-1:1:vpc/y", "arn:*:ec2:*:*:vpc/*x", False),
        ("*", "arn:*:ec2:*:*:subnet/*", True),
        ("arn:aws:ec2", "arn:*:ec2:*:*:subnet/*", False),
    ],
)
def test_two_patterns_overlap_where_an_arn_fits_both(one: str, other: str, expected: bool) -> None:
    assert reference.overlap(one, other) is expected
    assert reference.overlap(other, one) is expected
