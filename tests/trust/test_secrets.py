"""No role reads what another project of its account keeps secret.

A Describe call without resources answers for the whole account. What of an answer is secret, the
API's own model says (`sensitive`), but for the user data that older calls answer.
"""

from collections.abc import Iterator
from functools import cache

import botocore.session
import pytest
from botocore.model import ServiceModel, Shape, StructureShape

from emulator.aws.iam.conditions import values_of
from emulator.aws.iam.permissions import Call, judge_call
from tests.trust import reference
from tests.trust.rendered import Rendered, Role

pytestmark = pytest.mark.slow

REMAINING = {
    "ec2:DescribeLaunchTemplateVersions": "a plan and a release read their own template's, and "
    "the call knows no resource; docs/adopting.md says what follows"
}
MODELS = {"elasticloadbalancing": "elbv2", "servicequotas": "service-quotas"}
"""Names of API models that differ from the service's name in policies."""


def secrets(shape: Shape | None, seen: set[str]) -> Iterator[str]:
    """Names of the members of an answer that are not for everybody's eyes.

    Args:
        shape: of the answer.
        seen: names of the shapes that were looked at; what is found is added.
    """
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name == "UserData" or member.metadata.get("sensitive"):
                yield name
            yield from secrets(member, seen)
    for part in ("member", "value"):
        yield from secrets(getattr(shape, part, None), seen)


@cache
def reveals(action: str) -> frozenset[str]:
    """What is secret in the answer of an action that an API has under its own name."""
    service, _, name = action.partition(":")
    api = _api(MODELS.get(service, service))
    if api is None or name not in api.operation_names:
        return frozenset()
    return frozenset(secrets(api.operation_model(name).output_shape, set()))


@cache
def _api(name: str) -> ServiceModel | None:
    session = botocore.session.get_session()
    known = name in session.get_available_services()
    return session.get_service_model(name) if known else None


def revealing(role: Role) -> Iterator[str]:
    """Actions that a role may do on everything of its account, and that answer secrets."""
    for policy in role.policies:
        for statement in policy["Statement"]:
            if statement["Effect"] == "Allow" and "*" in values_of(statement["Resource"]):
                for pattern in values_of(statement["Action"]):
                    for action in reference.actions(pattern):
                        call = Call(action.name)
                        if reveals(action.name) and judge_call(role.policies, call).allowed:
                            yield action.name


@pytest.mark.parametrize("plan", ["committed", "connected"])
def test_no_role_reads_the_secrets_of_other_projects(plans: dict[str, Rendered], plan: str) -> None:
    found = {
        f"{name} may do {action}, which answers {', '.join(sorted(reveals(action)))}"
        for name, role in plans[plan].roles.items()
        for action in set(revealing(role)) - set(REMAINING)
    }
    assert sorted(found) == []


@pytest.mark.parametrize("action", REMAINING)
def test_what_remains_is_needed_and_has_no_resource(committed: Rendered, action: str) -> None:
    [known] = reference.actions(action)
    assert known.kinds == {}
    assert action in set(revealing(committed.roles["dev-release"]))


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("ec2:DescribeInstanceAttribute", {"UserData"}),
        ("ec2:DescribeVpnConnections", {"CustomerGatewayConfiguration", "PreSharedKey"}),
        ("ec2:DescribeInstances", set()),
        ("elasticloadbalancing:DescribeListeners", set()),
    ],
)
def test_secrets_are_known_by_the_apis_model(action: str, expected: set[str]) -> None:
    assert reveals(action) == expected
