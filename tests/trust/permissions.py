"""What a role may do: judges a call by the role's policies as IAM does, and fails closed.

Pure: dictionaries in, a verdict out. Identity policies of one account and a permissions boundary
are all that this project has; policies of resources are not looked at.

Sources: the IAM User Guide's `reference_policies_evaluation-logic.html` (an explicit Deny wins;
with a boundary both have to allow), `reference_policies_elements_action.html` and
`reference_policies_elements_resource.html` (wildcards; an action that knows no resources is
allowed by `"Resource": "*"` alone).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.trust.conditions import UnknownOperatorError, like, unmet, values_of
from tests.trust.judge import UnknownFormError, Verdict

ELEMENTS = frozenset({"Sid", "Effect", "Action", "Resource", "Condition"})


@dataclass(frozen=True)
class Call:
    """One action on one resource; an API call that names several resources is several of these.

    Attributes:
        action: `service:Action`, which is not always the operation's name.
        resource: the ARN, or "*" where the action knows no resources.
        context: the keys of the request that conditions can ask for.
    """

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def judge_call(
    policies: Sequence[dict[str, Any]], call: Call, *, boundary: dict[str, Any] | None = None
) -> Verdict:
    """Judge a call.

    Args:
        policies: the role's own and attached ones.
        call: what is asked for.
        boundary: the role's permissions boundary.
    """
    try:
        verdict = _judge(policies, call)
        if boundary is not None and verdict.allowed:
            within = _judge([boundary], call)
            if not within.allowed:
                return Verdict(False, f"the boundary: {within.reason}")
    except (UnknownOperatorError, UnknownFormError) as error:
        return Verdict(False, f"cannot be judged: {type(error).__name__} {error}")
    return verdict


def _judge(policies: Sequence[dict[str, Any]], call: Call) -> Verdict:
    allowed = ""
    near = []
    for statement in _statements(policies):
        if not _names(statement, call):
            continue
        name = statement.get("Sid", "a statement without a Sid")
        reason = unmet(statement.get("Condition", {}), call.context)
        if reason:
            near.append(f"{name}: {reason}")
        elif statement["Effect"] == "Deny":
            return Verdict(False, f"{name} denies it")
        else:
            allowed = allowed or f"{name} allows it"
    if allowed:
        return Verdict(True, allowed)
    return Verdict(False, "; ".join(near) or f"nothing names {call.action} on {call.resource}")


def _statements(policies: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for policy in policies:
        found = policy.get("Statement", [])
        for statement in [found] if isinstance(found, Mapping) else found:
            if unknown := sorted(set(statement) - ELEMENTS):
                raise UnknownFormError(f"the element {unknown[0]}")
            if statement.get("Effect") not in ("Allow", "Deny"):
                raise UnknownFormError(f"the effect {statement.get('Effect')}")
            yield dict(statement)


def _names(statement: dict[str, Any], call: Call) -> bool:
    actions = values_of(statement.get("Action", []))
    resources = values_of(statement.get("Resource", []))
    if variable := next((one for one in resources if "${" in one), None):
        raise UnknownFormError(f"the policy variable in {variable}")
    # Actions are compared without case, resources with it.
    return any(like(one.lower(), call.action.lower()) for one in actions) and any(
        like(one, call.resource) for one in resources
    )
