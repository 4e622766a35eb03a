"""Who may take a role: judges its trust policy as IAM does, and fails closed.

Pure: dictionaries in, a verdict out. What is not implemented (an operator, a form of principal, an
element that turns a statement round) is never a yes.

Sources: the IAM User Guide's `reference_policies_evaluation-logic.html` (an explicit Deny wins,
nothing is allowed by default), `reference_policies_elements_principal.html` (an account's root
stands for everybody in it whom that account lets), and
`reference_policies_iam-condition-keys.html#condition-keys-wif` for the claims of GitHub that STS
knows; every other claim is no key, so a condition on it is never met.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from emulator.aws.iam.conditions import (
    UnknownOperatorError,
    UnknownVariableError,
    like,
    unmet,
    values_of,
)
from emulator.aws.iam.permissions import UnknownFormError, Verdict

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

ISSUER = "token.actions.githubusercontent.com"
CLAIMS = frozenset(
    {
        "actor",
        "actor_id",
        "aud",
        "enterprise_id",
        "environment",
        "job_workflow_ref",
        "ref",
        "repository",
        "repository_id",
        "sub",
        "workflow",
    }
)
"""Claims of GitHub's token that STS makes condition keys of."""

ELEMENTS = frozenset({"Sid", "Effect", "Principal", "Action", "Condition"})


def judge_trust(policy: dict[str, Any], claims: dict[str, Any]) -> Verdict:
    """Judge AssumeRoleWithWebIdentity with a token of GitHub.

    Args:
        policy: the role's trust policy.
        claims: of the token, as GitHub issues it: `iss` with its scheme, `aud`, `sub`, and so on.
    """
    issuer = str(claims.get("iss", "")).removeprefix("https://")
    if issuer != ISSUER:
        return Verdict(False, f"the token's issuer is {issuer or 'missing'}, not {ISSUER}")
    context = {
        f"{ISSUER}:{name}": str(value)
        for name, value in claims.items()
        if name in CLAIMS and value is not None
    }
    return _judge(policy, "sts:AssumeRoleWithWebIdentity", "Federated", issuer, context)


def judge_person(policy: dict[str, Any], who_arn: str, *, mfa: bool | None = None) -> Verdict:
    """Judge AssumeRole by a person.

    Where the policy trusts an account and not a user, the person's own policies have to allow the
    call as well (`reference_policies_evaluation-logic.html`); that is taken for granted here.

    Args:
        policy: the role's trust policy.
        who_arn: of an IAM user, or of the role of a session, with its path: what the request
            carries as `aws:PrincipalArn`.
        mfa: whether the request was made with MFA; None for a long-term access key and for the
            session of a role, whose requests do not carry the key `aws:MultiFactorAuthPresent`.
    """
    context = {"aws:PrincipalArn": who_arn}
    if mfa is not None:
        context["aws:MultiFactorAuthPresent"] = str(mfa).lower()
    return _judge(policy, "sts:AssumeRole", "AWS", who_arn, context)


def trust_policies(iam: "IAMClient", prefix: str) -> dict[str, dict[str, Any]]:
    """Return the trust policies of all roles whose names begin with `prefix`, by the role's name.

    Args:
        iam: a client of the account, such as the emulator's, where bootstrap was applied.
        prefix: the project's name with its hyphen, such as `slipway-`.
    """
    names = (
        role["RoleName"]
        for page in iam.get_paginator("list_roles").paginate()
        for role in page["Roles"]
        if role["RoleName"].startswith(prefix)
    )
    return {name: _document(iam.get_role(RoleName=name)["Role"]) for name in names}


def _document(role: Any) -> dict[str, Any]:
    return dict(role["AssumeRolePolicyDocument"])


def _judge(
    policy: dict[str, Any], action: str, kind: str, who: str, context: dict[str, str]
) -> Verdict:
    reasons: list[str] = []
    allowed = ""
    try:
        for number, statement in enumerate(_statements(policy), start=1):
            name = statement.get("Sid", f"statement {number}")
            reason = _no_match(statement, action, kind, who, context)
            if reason:
                reasons.append(f"{name}: {reason}")
            elif statement["Effect"] == "Deny":
                return Verdict(False, f"{name} denies it")
            else:
                allowed = allowed or f"{name} allows it"
    except (UnknownOperatorError, UnknownVariableError, UnknownFormError) as error:
        return Verdict(False, f"cannot be judged: {type(error).__name__} {error}")
    if allowed:
        return Verdict(True, allowed)
    return Verdict(False, "; ".join(reasons) or "the policy has no statement")


def _statements(policy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = policy.get("Statement", [])
    for statement in [found] if isinstance(found, Mapping) else found:
        if unknown := sorted(set(statement) - ELEMENTS):
            raise UnknownFormError(f"the element {unknown[0]}")
        if statement.get("Effect") not in ("Allow", "Deny"):
            raise UnknownFormError(f"the effect {statement.get('Effect')}")
        yield dict(statement)


def _no_match(
    statement: dict[str, Any], action: str, kind: str, who: str, context: dict[str, str]
) -> str | None:
    """Return why a statement says nothing about a request, or None where it does."""
    actions = values_of(statement.get("Action", []))
    principal = statement.get("Principal", {})
    missing = unmet(statement.get("Condition", {}), context)
    if not any(like(one.lower(), action.lower()) for one in actions):
        return f"it is about {', '.join(actions) or 'no action'}, not {action}"
    if not isinstance(principal, Mapping):
        raise UnknownFormError(f"the principal {principal}")
    if not any(_is(one, kind, who) for one in values_of(principal.get(kind, []))):
        return f"its principal is not {who}"
    return missing


def _is(principal: str, kind: str, who: str) -> bool:
    if "*" in principal or "?" in principal:
        # Only a lone * means anything there, and no role of this project may say it.
        raise UnknownFormError(f"the principal {principal}")
    if kind == "Federated":
        return principal.endswith(f":oidc-provider/{who}")
    return principal in (who, f"{who.rsplit(':', 1)[0]}:root")
