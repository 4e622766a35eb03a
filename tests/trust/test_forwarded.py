"""Whoever may make a call may do what its service checks of the caller besides.

`emulator/aws/iam/forwarded.py` has the table and its sources.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.iam.conditions import like, values_of
from emulator.aws.iam.forwarded import FORWARDED, LAUNCH, SERVICE_ROLE, Check, forwarded
from emulator.aws.iam.permissions import judge_call
from tests.trust.calls import checked
from tests.trust.rendered import Rendered, Role

pytestmark = pytest.mark.slow


def granted(role: Role, action: str) -> Iterator[str]:
    """The resources on which a role may do something."""
    for policy in role.policies:
        for statement in policy["Statement"]:
            actions = values_of(statement["Action"])
            if statement["Effect"] == "Allow" and any(like(one, action) for one in actions):
                yield from values_of(statement["Resource"])


def missing(plan: Rendered, name: str) -> list[str]:
    """What a role would be refused in the middle of a call that it may make."""
    role, environment = plan.roles[name], name.split("-")[0]
    return [
        f"{action} needs {call.action} on {call.resource}: {verdict.reason}; {row.source}"
        for row in FORWARDED
        for action in row.actions
        for resource in granted(role, action)
        for check in row.checks
        for call in checked(check, environment, resource)
        for verdict in [judge_call(role.policies, call)]
        if not verdict.allowed
    ]


@pytest.mark.parametrize("plan", ["committed", "connected"])
def test_no_role_is_refused_in_the_middle_of_a_call(plans: dict[str, Rendered], plan: str) -> None:
    for name in plans[plan].roles:
        assert missing(plans[plan], name) == [], name


def test_the_table_is_about_what_the_pipeline_does(committed: Rendered) -> None:
    """Each row is reached by some role, or the test above would prove nothing about it."""
    never_called = {"elasticloadbalancing:RegisterTargets": "the group registers its instances"}
    for row in FORWARDED:
        for action in row.actions:
            able = [name for name, role in committed.roles.items() if any(granted(role, action))]
            assert bool(able) is (action not in never_called), action


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"LaunchTemplate": {}}, list(LAUNCH)),
        ({"MinSize": 1}, []),
    ],
)
def test_a_check_that_a_parameter_causes_needs_the_parameter(
    given: dict[str, Any], expected: list[Check]
) -> None:
    assert forwarded("autoscaling:UpdateAutoScalingGroup", given) == expected


def test_a_first_balancer_makes_the_role_of_its_service() -> None:
    [call] = [
        call
        for check in forwarded("elasticloadbalancing:CreateLoadBalancer", {})
        if SERVICE_ROLE in check.kinds
        for call in checked(check, "dev")
    ]
    assert "/elasticloadbalancing.amazonaws.com/" in call.resource
