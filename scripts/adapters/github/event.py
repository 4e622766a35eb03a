"""What started the workflow, and which run this is."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.base.errors import UsageError


@dataclass(frozen=True)
class Run:
    """A run of a workflow.

    Attributes:
        id: of the run, the same for all its attempts; 0 outside GitHub.
        attempt: counts from 1.
        repository: `owner/name`.
        event: `push`, `pull_request`, `workflow_dispatch`, …
        ref: such as `refs/heads/main`.
        sha: the commit, 40 hex digits.
        actor: who caused it.
        server: GitHub's address.
    """

    id: int
    attempt: int
    repository: str
    event: str
    ref: str
    sha: str
    actor: str
    server: str

    @property
    def url(self) -> str:
        """Address of this attempt's page."""
        return f"{self.server}/{self.repository}/actions/runs/{self.id}/attempts/{self.attempt}"


def current_run() -> Run | None:
    """Return the run that this process belongs to, None outside GitHub."""
    if not os.environ.get("GITHUB_RUN_ID"):
        return None
    return Run(
        id=int(os.environ["GITHUB_RUN_ID"]),
        attempt=int(os.environ.get("GITHUB_RUN_ATTEMPT", "1")),
        repository=os.environ.get("GITHUB_REPOSITORY", ""),
        event=os.environ.get("GITHUB_EVENT_NAME", ""),
        ref=os.environ.get("GITHUB_REF", ""),
        sha=os.environ.get("GITHUB_SHA", ""),
        actor=os.environ.get("GITHUB_ACTOR", ""),
        server=os.environ.get("GITHUB_SERVER_URL", "https://github.com"),
    )


def event() -> dict[str, Any]:
    """Return the webhook's payload that started the workflow (GitHub: "Webhook events").

    Raises:
        UsageError: there is none, or it is no JSON object.
    """
    path = os.environ.get("GITHUB_EVENT_PATH", "")
    try:
        payload = json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise UsageError(
            "the event that started this run cannot be read",
            which=f"GITHUB_EVENT_PATH={path!r}: {error}",
            next_step="This step belongs into a workflow. At home, point GITHUB_EVENT_PATH at a "
            "file with the event's JSON.",
        ) from error
    if not isinstance(payload, dict):
        raise UsageError("the event is no JSON object", which=path)
    return payload
