"""OIDC: the claims that GitHub mints for a job, and AWS, which judges them by the role's policy."""

import json
from typing import Any
from urllib.parse import unquote

import boto3

from tests.trust.judge import judge_trust
from tests.workflows.files import FOLDER, Job, load
from tests.workflows.github_data import GitHubData
from tests.workflows.runs import Run


def claims_of(data: GitHubData, run: Run, job: Job, audience: str) -> dict[str, str]:
    """The token's claims, as GitHub documents them, with immutable subjects."""
    owner, name = data.repository.split("/")
    subject = f"repo:{owner}@{data.owner_id}/{name}@{data.repository_id}"
    workflows = f"{data.repository}/{FOLDER}"
    if job.environment:
        context = f"environment:{job.environment}"
    elif run.event == "pull_request":
        context = "pull_request"
    else:
        context = f"ref:{run.ref}"
    return {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": audience,
        "sub": f"{subject}:{context}",
        "repository": data.repository,
        "repository_id": str(data.repository_id),
        "repository_owner": owner,
        "repository_owner_id": str(data.owner_id),
        "ref": run.ref,
        "sha": run.sha,
        "event_name": run.event,
        "actor": run.actor,
        "run_id": str(run.id),
        "workflow": str(load(run.folder / "source" / FOLDER / run.file).get("name", run.file)),
        "workflow_ref": f"{workflows}/{run.file}@{run.ref}",
        "job_workflow_ref": f"{workflows}/{job.file}@{run.ref}",
        **({"environment": job.environment} if job.environment else {}),
    }


class Trust:
    """The roles of the emulator's IAM.

    Args:
        endpoint: the emulator's address.
        region: any.
    """

    def __init__(self, endpoint: str, region: str) -> None:
        self._endpoint, self._region = endpoint, region

    def assume(self, arn: str, claims: dict[str, str], seconds: int) -> tuple[str, dict[str, str]]:
        """Return why not, or an empty reason and the credentials."""
        # An account's id is the key of its administrator.
        session = boto3.Session(arn.split(":")[4], "emulator", region_name=self._region)
        iam: Any = session.client("iam", endpoint_url=self._endpoint)
        sts: Any = session.client("sts", endpoint_url=self._endpoint)
        try:
            role = iam.get_role(RoleName=arn.split("/")[-1])["Role"]
        except iam.exceptions.NoSuchEntityException:
            return f"there is no role {arn}", {}
        if seconds > role.get("MaxSessionDuration", 3600):
            return f"{arn}: at most {role.get('MaxSessionDuration', 3600)} s", {}
        policy: Any = role["AssumeRolePolicyDocument"]
        if isinstance(policy, str):
            policy = json.loads(unquote(policy))
        verdict = judge_trust(policy, claims)
        if not verdict.allowed:
            return f"not authorized to perform sts:AssumeRoleWithWebIdentity: {verdict.reason}", {}
        answer = sts.assume_role_with_web_identity(
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
