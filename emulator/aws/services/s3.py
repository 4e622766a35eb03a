"""Buckets: a policy refuses what it says, and nothing else.

moto judges a Deny statement without looking at its condition. The emulator is loopback only, so
every request counts as one over TLS.
"""

import json
from typing import Any

from flask import has_request_context, request
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker

from emulator.aws.iam.permissions import Call, refusal
from emulator.aws.patches import Patches

CONDITIONS = {"s3:if-match": "If-Match", "s3:if-none-match": "If-None-Match"}
"""Condition keys and the headers that they are read from (Service Authorization Reference, S3)."""


def install(patches: Patches) -> None:
    """Judge a bucket's policy by the emulator's own IAM, and let delete markers be deleted."""
    patches.replace(FakeBucket, "get_permission", _get_permission)
    # moto closes the file of whatever it deletes, and a marker has none.
    patches.put(FakeDeleteMarker, "dispose", lambda *_: None)


def _get_permission(self: Any, action: str, resource: str) -> Any:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    context = {"aws:SecureTransport": "true"}
    if has_request_context():
        given = {key: request.headers.get(name) for key, name in CONDITIONS.items()}
        context |= {key: value for key, value in given.items() if value is not None}
    if refusal(json.loads(self.policy), Call(action, resource, context)):
        return PermissionResult.DENIED
    return PermissionResult.NEUTRAL
