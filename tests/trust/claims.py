"""Claims of GitHub's tokens, as a job of a workflow gets them."""

from typing import Any

REPOSITORY, OWNER_ID, REPOSITORY_ID = "example/slipway", "1001", "2002"
MAIN = "refs/heads/main"


def token(
    workflow: str,
    *,
    ref: str = MAIN,
    environment: str | None = None,
    event: str = "push",
    called: str | None = None,
    immutable: bool = True,
    **changes: Any,
) -> dict[str, Any]:
    """Return the claims of a job's token.

    Args:
        workflow: file name of the workflow that was started.
        ref: the ref that it runs on.
        environment: of the job, or None.
        event: that started it; a pull request's subject names no ref.
        called: file name of the reusable workflow that holds the job, or None.
        immutable: whether the subject has the numbers in it, as that of a repository created or
            renamed since 15 July 2026.
        changes: other claims.
    """
    repository = str(changes.get("repository", REPOSITORY))
    repository_id = str(changes.get("repository_id", REPOSITORY_ID))
    owner, name = repository.split("/")
    whose = f"{owner}@{OWNER_ID}/{name}@{repository_id}" if immutable else repository
    if environment:
        about = f"environment:{environment}"
    else:
        about = "pull_request" if event == "pull_request" else f"ref:{ref}"
    claims = {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": f"repo:{whose}:{about}",
        "ref": ref,
        "environment": environment,
        "event_name": event,
        "repository": repository,
        "repository_id": repository_id,
        "repository_owner_id": OWNER_ID,
        "workflow": workflow,
        "workflow_ref": f"{repository}/.github/workflows/{workflow}@{ref}",
        # GitHub gives the running file's own where no reusable workflow is called.
        "job_workflow_ref": f"{repository}/.github/workflows/{called or workflow}@{ref}",
        **changes,
    }
    return {claim: value for claim, value in claims.items() if value is not None}
