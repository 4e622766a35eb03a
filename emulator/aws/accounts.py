"""Accounts: whose a request is, and keys of instances' roles that say so.

An access key id that is an account's id, twelve digits, acts as an administrator of that account.
"""

import re
from typing import Any

from moto.core.responses import BaseResponse
from moto.ecr.models import ecr_backends
from moto.ecr.responses import ECRResponse
from moto.sts.models import sts_backends

from emulator.aws.patches import Patches
from emulator.machines.credentials import Keys

ADMINISTRATOR = re.compile(r"Credential=(?P<account>[0-9]{12})/")
"""In the header Authorization (IAM User Guide, "Elements of an AWS API request signature")."""

SESSION_SECONDS = 6 * 3600

_moto_account = BaseResponse.get_current_account


def install(patches: Patches) -> None:
    """Patch how moto finds the account of a request."""
    patches.replace(BaseResponse, "get_current_account", _account)
    patches.replace(ECRResponse, "ecr_backend", property(_registry))


def _account(self: Any) -> str:
    signed = ADMINISTRATOR.search(self.headers.get("Authorization", ""))
    account: str = signed["account"] if signed else _moto_account(self)
    return account


def _registry(self: Any) -> Any:
    """Return the registry that a call names; its caller's own by default (ECR API reference)."""
    return ecr_backends[self._get_param("registryId") or self.current_account][self.region]


def role_keys(region: str, account_id: str, role: str) -> Keys:
    """Return keys of an instance's role, as its metadata service hands them out."""
    assumed = sts_backends[account_id]["aws"].assume_role(
        region_name=region,
        role_session_name="instance",
        role_arn=f"arn:aws:iam::{account_id}:role/{role}",
        policy="",
        duration=SESSION_SECONDS,
        external_id="",
    )
    return Keys(assumed.access_key_id, assumed.secret_access_key, assumed.session_token)
