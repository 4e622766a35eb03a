"""Who signed a request, and what policies say of them: sessions of roles that moto knows."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

Policy = dict[str, Any]


@dataclass(frozen=True)
class RoleSession:
    """A session of a role.

    Attributes:
        arn: of the session.
        account: the role's, 12 digits.
        policies: the role's own and attached ones.
        boundary: its permissions boundary, or None.
    """

    arn: str
    account: str
    policies: tuple[Policy, ...]
    boundary: Policy | None


def role_session(access_key_id: str) -> RoleSession | None:
    """Return the session of a role that has an access key; None for any other key.

    Policies are read now: a change of them counts for the next call.
    """
    for account, backends in list(sts_backends.items()):
        assumed = backends["aws"].get_assumed_role_from_access_key(access_key_id)
        if assumed is not None:
            return _session(account, assumed)
    return None


def _session(account: str, assumed: Any) -> RoleSession | None:
    iam: Any = iam_backends[assumed.role_arn.split(":")[4] or account]["aws"]
    role = next((one for one in iam.roles.values() if one.arn == assumed.role_arn), None)
    if role is None:
        # Destroyed while somebody still held its keys: AWS lets nothing pass then.
        return RoleSession(assumed.arn, account, (), None)
    attached = [iam.managed_policies[one.arn] for one in role.managed_policies.values()]
    boundary = iam.managed_policies.get(role.permissions_boundary_arn)
    return RoleSession(
        assumed.arn,
        account,
        tuple(map(_parsed, [*role.policies.values(), *map(_document, attached)])),
        _parsed(_document(boundary)) if boundary else None,
    )


def _document(policy: Any) -> str:
    return next(str(one.document) for one in policy.versions if one.is_default)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Policy:
    policy: Policy = json.loads(text)
    return policy
