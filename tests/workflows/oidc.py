"""AWS's part of OIDC: a role is given to those whom its own trust policy lets in."""

import json
from typing import Any
from urllib.parse import unquote

import boto3

from tests.trust.judge import judge_trust


class Trust:
    """The roles of the stage's IAM.

    Args:
        endpoint: the stage's address.
        region: any.
    """

    def __init__(self, endpoint: str, region: str) -> None:
        session = boto3.Session("stage", "stage", region_name=region)
        self._iam = session.client("iam", endpoint_url=endpoint)
        self._sts = session.client("sts", endpoint_url=endpoint)

    def assume(self, arn: str, claims: dict[str, str], seconds: int) -> tuple[str, dict[str, str]]:
        """Return why not, or an empty reason and the credentials."""
        try:
            role = self._iam.get_role(RoleName=arn.split("/")[-1])["Role"]
        except self._iam.exceptions.NoSuchEntityException:
            return f"there is no role {arn}", {}
        if seconds > role.get("MaxSessionDuration", 3600):
            return f"{arn}: at most {role.get('MaxSessionDuration', 3600)} s", {}
        policy: Any = role["AssumeRolePolicyDocument"]
        if isinstance(policy, str):
            policy = json.loads(unquote(policy))
        verdict = judge_trust(policy, claims)
        if not verdict.allowed:
            return f"not authorized to perform sts:AssumeRoleWithWebIdentity: {verdict.reason}", {}
        answer = self._sts.assume_role_with_web_identity(
            RoleArn=arn,
            RoleSessionName=f"run-{claims['run_id']}",
            WebIdentityToken=json.dumps(claims),
            DurationSeconds=seconds,
        )["Credentials"]
        return "", {
            "AWS_ACCESS_KEY_ID": answer["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": answer["SecretAccessKey"],
            "AWS_SESSION_TOKEN": answer["SessionToken"],
        }
