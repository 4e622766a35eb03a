"""IAM in force: every call that a role's session signs is judged before moto sees it.

Judged is what a request shows without a look at the account: its action, its resource where a
parameter names it, and conditions on keys that are known here. What is not known is taken to fit,
so that a role is never refused here what AWS would let it do; the tests of `tests/trust` judge
tags and all other conditions by what Terraform renders. Keys of an account's administrator are
not judged.

Source of the answers' words: IAM User Guide, "Troubleshoot access denied error messages".
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.utils import convert_to_flask_response

from emulator.aws.answers import SIGNED, error_answer
from emulator.aws.iam.permissions import Call, judge_call
from emulator.aws.iam.principals import RoleSession, role_session
from emulator.aws.patches import Patches

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
    code = CODES.get(signed["service"], "AccessDenied")
    return error_answer(request, 403, code, message)


def what_is_asked(request: Any, service: str, region: str, account: str) -> Call | None:
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
    return Call(f"{PREFIXES.get(service, service)}:{operation}", resource or "", context)


def _of_s3(request: Any, context: dict[str, str]) -> Call | None:
    """Read a call of S3 by path; those about a bucket's settings are an administrator's."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    for header, name in (("If-Match", "s3:if-match"), ("If-None-Match", "s3:if-none-match")):
        if header in request.headers:
            context[name] = request.headers[header]
    arn = f"arn:aws:s3:::{bucket}"
    if key and request.method in OBJECT_ACTIONS and not request.query_string:
        return Call(OBJECT_ACTIONS[request.method], f"{arn}/{key}", context)
    if bucket and not key and request.args.get("list-type") == "2":
        return Call("s3:ListBucket", arn, context)
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


def why_not(session: RoleSession, asked: Call) -> str:
    """Return why a session may not make a call, in AWS's words; empty where it may."""
    own = judge_call(session.policies, asked, partial=True)
    within = judge_call([session.boundary], asked, partial=True) if session.boundary else own
    if own.denied or within.denied:
        return "of an explicit deny in an identity-based policy"
    if not own.allowed:
        return f"no identity-based policy allows the {asked.action} action"
    if not within.allowed:
        return f"no permissions boundary allows the {asked.action} action"
    return ""
