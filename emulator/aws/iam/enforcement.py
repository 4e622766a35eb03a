"""IAM in force: every call that a role's session signs is judged before moto sees it.

Judged is what a request shows without a look at the account: its action, its resource where a
parameter names it, and conditions on keys that are known here. What is not known is taken to fit,
so that a role is never refused here what AWS would let it do; the tests of `tests/trust` judge
tags and all other conditions by what Terraform renders. Keys of an account's administrator are
not judged.

Source of the answers' words: IAM User Guide, "Troubleshoot access denied error messages".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.utils import convert_to_flask_response

from emulator.aws.answers import error_answer
from emulator.aws.iam.conditions import like, resolved, unmet, values_of
from emulator.aws.iam.principals import Policy, RoleSession, role_session
from emulator.aws.patches import Patches

SIGNED = re.compile(
    r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request"
)
PREFIXES = {"monitoring": "cloudwatch"}
"""Services whose actions have another prefix than their signatures."""

FREE = frozenset({"sts:GetCallerIdentity"})
"""IAM lets everybody ask who they are."""

CODES = {"ec2": "UnauthorizedOperation"}
"""Where a service has a code of its own for it; by protocol, else."""

OBJECT_ACTIONS = {
    "GET": "s3:GetObject",
    "HEAD": "s3:GetObject",
    "PUT": "s3:PutObject",
    "DELETE": "s3:DeleteObject",
}


@dataclass(frozen=True)
class Asked:
    """What a request asks IAM.

    Attributes:
        action: `service:Action`.
        resource: the ARN; None where the request alone does not tell it.
        context: keys of conditions whose values are known.
    """

    action: str
    resource: str | None
    context: Mapping[str, str]


def install(patches: Patches) -> None:
    """Judge every request of moto's server."""
    original = convert_to_flask_response.__call__

    def call(self: Any, args: Any = None, **kwargs: Any) -> Any:
        from flask import request

        return refused(request) or original(self, args, **kwargs)

    patches.replace(convert_to_flask_response, "__call__", call)


def refused(request: Any) -> Any:
    """Return AWS's answer to a request that its role may not make; None for any other."""
    signed = SIGNED.search(request.headers.get("Authorization", ""))
    session = role_session(signed["key"]) if signed else None
    if signed is None or session is None:
        return None
    asked = what_is_asked(request, signed["service"], signed["region"], session.account)
    if asked is None or asked.action in FREE:
        return None
    if not (reason := why_not(session, asked)):
        return None
    message = (
        f"User: {session.arn} is not authorized to perform: {asked.action}"
        f"{f' on resource: {asked.resource}' if asked.resource else ''} because {reason}"
    )
    code = CODES.get(signed["service"], "")
    return error_answer(request, signed["service"], 403, code or "AccessDenied", message)


def what_is_asked(request: Any, service: str, region: str, account: str) -> Asked | None:
    """Return what a request asks IAM; None where its action is not known here."""
    context = {"aws:SecureTransport": "true", "aws:RequestedRegion": region}
    if service == "s3":
        return _of_s3(request, context)
    target = str(request.headers.get("X-Amz-Target", ""))
    operation = target.rpartition(".")[2] or request.path.partition("/operation/")[2]
    given: Mapping[str, Any] = {}
    if target:
        given = request.get_json(force=True, silent=True) or {}
    elif not operation:
        given = request.values
        operation = str(given.get("Action", ""))
    if not operation:
        return None
    named = NAMED.get(service)
    arn = f"arn:aws:{service}:{region}:{account}:"
    resource = named(given, arn, account) if named else None
    return Asked(f"{PREFIXES.get(service, service)}:{operation}", resource, context)


def _of_s3(request: Any, context: dict[str, str]) -> Asked | None:
    """Read a call of S3 by path; those about a bucket's settings are an administrator's."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    for header, name in (("If-Match", "s3:if-match"), ("If-None-Match", "s3:if-none-match")):
        if header in request.headers:
            context[name] = request.headers[header]
    arn = f"arn:aws:s3:::{bucket}"
    if key and request.method in OBJECT_ACTIONS and not request.query_string:
        return Asked(OBJECT_ACTIONS[request.method], f"{arn}/{key}", context)
    if bucket and not key and request.args.get("list-type") == "2":
        return Asked("s3:ListBucket", arn, context)
    return None


def _group(given: Mapping[str, Any], arn: str, _: str) -> str | None:
    name = given.get("AutoScalingGroupName")
    return f"{arn}autoScalingGroup:*:autoScalingGroupName/{name}" if name else None


def _of_registry(given: Mapping[str, Any], arn: str, account: str) -> str | None:
    """Return a repository, of another account where the call names its registry."""
    name, registry = given.get("repositoryName"), given.get("registryId") or account
    return f"{arn.replace(account, str(registry))}repository/{name}" if name else None


def _by(parameter: str, form: str) -> Callable[[Mapping[str, Any], str, str], str | None]:
    """Return a reader of a resource that a parameter names; a whole ARN is taken as it is."""

    def read(given: Mapping[str, Any], arn: str, _: str) -> str | None:
        name = given.get(parameter)
        if not isinstance(name, str) or not name:
            return None
        return name if name.startswith("arn:") else f"{arn}{form.format(name)}"

    return read


def _of_iam(given: Mapping[str, Any], _: str, account: str) -> str | None:
    for parameter, kind in (
        ("RoleName", "role"),
        ("InstanceProfileName", "instance-profile"),
        ("PolicyArn", ""),
    ):
        if name := given.get(parameter):
            return f"arn:aws:iam::{account}:{kind}/{name}" if kind else str(name)
    return None


NAMED: Mapping[str, Callable[[Mapping[str, Any], str, str], str | None]] = {
    "autoscaling": _group,
    "dynamodb": _by("TableName", "table/{}"),
    "ecr": _of_registry,
    "iam": _of_iam,
    "logs": _by("logGroupName", "log-group:{}:log-stream:*"),
    "sns": _by("TopicArn", "{}"),
    "sqs": _by("QueueName", "{}"),
}
"""Which resource a call is about, where one parameter tells it."""


def why_not(session: RoleSession, asked: Asked) -> str:
    """Return why a session may not make a call, in AWS's words; empty where it may."""
    everything = [*session.policies, *([session.boundary] if session.boundary else [])]
    if any(_says("Deny", policy, asked) for policy in everything):
        return "of an explicit deny in an identity-based policy"
    if not any(_says("Allow", policy, asked) for policy in session.policies):
        return f"no identity-based policy allows the {asked.action} action"
    if session.boundary and not _says("Allow", session.boundary, asked):
        return f"no permissions boundary allows the {asked.action} action"
    return ""


def _says(effect: str, policy: Policy, asked: Asked) -> bool:
    found = policy.get("Statement", [])
    statements = [found] if isinstance(found, Mapping) else found
    return any(one["Effect"] == effect and _is_about(one, asked) for one in statements)


def _is_about(statement: Mapping[str, Any], asked: Asked) -> bool:
    denies = statement["Effect"] == "Deny"
    actions = values_of(statement.get("Action", []))
    others = values_of(statement.get("NotAction", []))
    action = asked.action.lower()
    if actions and not any(like(one.lower(), action) for one in actions):
        return False
    if others and any(like(one.lower(), action) for one in others):
        return False
    resources = values_of(statement.get("Resource", []))
    if not _fits(resources, asked, denies=denies):
        return False
    block = statement.get("Condition", {})
    known = {
        operator: {key: value for key, value in keys.items() if key in asked.context}
        for operator, keys in block.items()
    }
    if denies and known != block:
        return False
    return unmet(known, asked.context) is None


def _fits(resources: list[str], asked: Asked, *, denies: bool) -> bool:
    if "*" in resources:
        return True
    if asked.resource is None:
        return not denies
    for one in resources:
        if "${" in one and not denies:
            return True
        pattern = resolved(one, asked.context) if "${" not in one else ""
        if pattern and (like(pattern, asked.resource) or like(asked.resource, pattern)):
            return True
    return False
