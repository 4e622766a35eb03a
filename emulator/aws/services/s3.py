"""Buckets: a policy that refuses plain HTTP must not refuse the emulator: it is loopback only."""

import json
from typing import Any

from moto.s3.models import FakeBucket

from emulator.aws.patches import Patches

TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}

_moto_get_permission = FakeBucket.get_permission


def install(patches: Patches) -> None:
    """Judge a bucket's policy as if every request came over TLS.

    moto judges a Deny statement without looking at its condition.
    """
    patches.replace(FakeBucket, "get_permission", _get_permission)


def _get_permission(self: Any, action: str, resource: str) -> Any:
    if self.policy is None:
        return _moto_get_permission(self, action, resource)
    whole = self.policy
    policy = json.loads(whole)
    kept = [s for s in policy["Statement"] if s.get("Condition") != TLS_ONLY]
    try:
        self.policy = json.dumps({**policy, "Statement": kept}).encode() if kept else None
        return _moto_get_permission(self, action, resource)
    finally:
        self.policy = whole
