"""What a role may do: judges a call by policies as IAM does, and fails closed.

Pure: dictionaries in, a verdict out. Of the policies of resources only those of another account
give something; within one account their refusals count alone.

Sources: the IAM User Guide's `reference_policies_evaluation-logic.html` (an explicit Deny wins;
with a boundary both have to allow), `reference_policies_evaluation-logic-cross-account.html` (both
accounts have to allow), `reference_policies_elements_version.html` (variables are replaced in
policies of version 2012-10-17 alone), `reference_policies_elements_principal.html` (an account's
root stands for whoever that account lets), `reference_policies_elements_action.html` and
`reference_policies_elements_resource.html` (wildcards; an action that knows no resources is
allowed by `"Resource": "*"` alone).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.aws.iam.conditions import (
    UnknownOperatorError,
    UnknownVariableError,
    like,
    resolved,
    unmet,
    values_of,
)

VERSION = "2012-10-17"
ELEMENTS = frozenset({"Sid", "Effect", "Action", "Resource", "Condition"})


class UnknownFormError(Exception):
    """A statement has an element or a principal that is not implemented here."""


@dataclass(frozen=True)
class Verdict:
    """Whether something is allowed, and why or why not."""

    allowed: bool
    reason: str
    denied: bool = False
    """Whether a statement refuses it, rather than none allowing it."""


@dataclass(frozen=True)
class Call:
    """One action on one resource; an API call that names several resources is several of these.

    Attributes:
        action: `service:Action`, which is not always the operation's name.
        resource: the ARN, or "*" where the action knows no resources; empty where it is not
            known, which only a partial judgement takes.
        context: the keys of the request that conditions can ask for.
    """

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def judge_call(
    policies: Sequence[dict[str, Any]],
    call: Call,
    *,
    boundary: dict[str, Any] | None = None,
    resource_policy: dict[str, Any] | None = None,
    account: str = "",
    partial: bool = False,
) -> Verdict:
    """Judge a call.

    Args:
        policies: the role's own and attached ones.
        call: what is asked for.
        boundary: the role's permissions boundary.
        resource_policy: of what the call is about.
        account: the role's, 12 digits, where that of the resource is another one.
        partial: whether what the call does not tell, its resource or the value of a condition's
            key, is taken to fit what allows it, and not what refuses it.
    """
    try:
        verdict = _judge(policies, call, partial=partial)
        if resource_policy is not None:
            if refused := refusal(resource_policy, call):
                return Verdict(False, f"the resource: {refused}")
            granted = _judge(_granting(resource_policy, account), call)
            if account and not granted.allowed:
                return Verdict(False, f"the resource: {granted.reason}")
        if boundary is not None and verdict.allowed:
            within = _judge([boundary], call, partial=partial)
            if not within.allowed:
                return Verdict(False, f"the boundary: {within.reason}")
    except (UnknownOperatorError, UnknownVariableError, UnknownFormError) as error:
        return Verdict(False, f"cannot be judged: {type(error).__name__} {error}")
    return verdict


def refusal(resource_policy: dict[str, Any], call: Call) -> str:
    """Return what refuses a call in the policy of a resource; empty where nothing does.

    Raises:
        UnknownFormError: a statement is not understood, so that it may refuse.
        UnknownOperatorError, UnknownVariableError: the same of its condition.
    """
    for statement in _statements([resource_policy], "Principal"):
        if statement["Effect"] != "Deny" or not _names(statement, call):
            continue
        if statement.get("Principal") != "*":
            raise UnknownFormError(f"a refusal of {statement.get('Principal')}")
        if unmet(statement.get("Condition", {}), call.context) is None:
            return f"{statement.get('Sid', 'a statement without a Sid')} denies it"
    return ""


def _granting(resource_policy: dict[str, Any], account: str) -> list[dict[str, Any]]:
    """Return the part of a resource's policy that gives something to an account.

    The policy of an image repository names no resource: it is about that one.
    """
    given = [
        {"Resource": "*", **{key: one for key, one in statement.items() if key != "Principal"}}
        for statement in _statements([resource_policy], "Principal")
        if statement["Effect"] == "Allow" and _is_for(statement.get("Principal"), account)
    ]
    return [{**resource_policy, "Statement": given}]


def _is_for(principal: Any, account: str) -> bool:
    if not isinstance(principal, Mapping) or set(principal) != {"AWS"}:
        raise UnknownFormError(f"the principal {principal}")
    arns = values_of(principal["AWS"])
    if other := next((one for one in arns if not one.endswith(":root")), None):
        raise UnknownFormError(f"the principal {other}")
    return any(one.split(":")[4] == account for one in arns)


def _judge(policies: Sequence[dict[str, Any]], call: Call, *, partial: bool = False) -> Verdict:
    allowed = ""
    near = []
    for written in _statements(policies):
        if not _acts(written, call):
            continue
        statement = _as_far_as_known(written, call) if partial else written
        if not _covers(statement, call):
            continue
        name = statement.get("Sid", "a statement without a Sid")
        reason = unmet(statement.get("Condition", {}), call.context)
        if reason:
            near.append(f"{name}: {reason}")
        elif statement["Effect"] == "Deny":
            return Verdict(False, f"{name} denies it", denied=True)
        else:
            allowed = allowed or f"{name} allows it"
    if allowed:
        return Verdict(True, allowed)
    return Verdict(False, "; ".join(near) or f"nothing names {call.action} on {call.resource}")


def _statements(policies: Sequence[dict[str, Any]], *more: str) -> Iterator[dict[str, Any]]:
    for policy in policies:
        found = policy.get("Statement", [])
        for statement in [found] if isinstance(found, Mapping) else found:
            if unknown := sorted(set(statement) - ELEMENTS - set(more)):
                raise UnknownFormError(f"the element {unknown[0]}")
            if statement.get("Effect") not in ("Allow", "Deny"):
                raise UnknownFormError(f"the effect {statement.get('Effect')}")
            if policy.get("Version") != VERSION and "${" in str(statement):
                raise UnknownFormError(f"a policy variable without the version {VERSION}")
            yield dict(statement)


def _names(statement: dict[str, Any], call: Call) -> bool:
    return _acts(statement, call) and _covers(statement, call)


def _acts(statement: dict[str, Any], call: Call) -> bool:
    # Actions are compared without case, resources with it.
    action = call.action.lower()
    return any(like(one.lower(), action) for one in values_of(statement.get("Action", [])))


def _covers(statement: dict[str, Any], call: Call) -> bool:
    # All variables are looked up first: an unknown one is noticed behind a resource that matches.
    patterns = [resolved(one, call.context) for one in values_of(statement.get("Resource", []))]
    return any(like(one, call.resource) for one in patterns)


def _as_far_as_known(statement: dict[str, Any], call: Call) -> dict[str, Any]:
    """Return a statement about every resource or none, with the conditions that can be judged."""
    denies = statement["Effect"] == "Deny"
    block = statement.get("Condition", {})
    known = {
        operator: {key: value for key, value in keys.items() if key in call.context}
        for operator, keys in block.items()
    }
    resources = values_of(statement.get("Resource", []))
    fits = _may_fit(resources, call.resource, denies=denies) and not (denies and known != block)
    return {**statement, "Resource": "*" if fits else [], "Condition": known}


def _may_fit(patterns: list[str], resource: str, *, denies: bool) -> bool:
    if "*" in patterns:
        return True
    if not resource:
        return not denies
    if not denies and any("${" in one for one in patterns):
        return True
    plain = [one for one in patterns if "${" not in one]
    # A part of what is asked about may be unknown too, and stands there as a wildcard.
    return any(like(one, resource) or like(resource, one) for one in plain)
