"""What the stand-in of GitHub knows: plain values as the REST API shows them."""

import threading
from dataclasses import dataclass, field
from typing import Any

from scripts.base import clock
from tests.workflows.settings_data import SettingsData

Json = dict[str, Any]
BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}


@dataclass
class GitHubData:
    """One repository.

    Attributes:
        repository: `owner/name`.
        repository_id: GitHub's number of it.
        owner_id: GitHub's number of the owner.
        visibility: `public` or `private`; attestations are for public ones.
        environments: required reviewers by environment; one that is missing does not exist. Its
            other rules are in `settings`.
        issues: by number.
        pulls: by number.
        comments: issue and pull request comments, by number of the issue.
        pulls_of_commit: numbers of the pull requests by commit.
        deployments: newest last, each with its `statuses`, newest last.
        runs: workflow runs by id.
        artifacts: by id; `content` holds the zipped bytes.
        approvals: of the runs, by id.
        attestations: what was attested: run, name, digest, sbom.
        attests: whether it can be attested now; not during an outage of what signs.
        requests: every call: job, method, path, status.
        settings: of the repository.
    """

    repository: str = "example/slipway"
    repository_id: int = 900000001
    owner_id: int = 700000001
    visibility: str = "private"
    environments: dict[str, list[str]] = field(default_factory=dict)
    issues: dict[int, Json] = field(default_factory=dict)
    pulls: dict[int, Json] = field(default_factory=dict)
    comments: dict[int, list[Json]] = field(default_factory=dict)
    pulls_of_commit: dict[str, list[int]] = field(default_factory=dict)
    deployments: list[Json] = field(default_factory=list)
    runs: dict[int, Json] = field(default_factory=dict)
    artifacts: dict[int, Json] = field(default_factory=dict)
    approvals: dict[int, list[Json]] = field(default_factory=dict)
    attestations: list[Json] = field(default_factory=list)
    attests: bool = True
    requests: list[tuple[str, str, str, int]] = field(default_factory=list)
    settings: SettingsData = field(default_factory=SettingsData)
    changed: threading.Condition = field(default_factory=threading.Condition)
    _last_id: int = 100

    def next_id(self) -> int:
        """Return a number that nothing has yet; issues and pull requests share them."""
        with self.changed:
            self._last_id += 1
            return self._last_id

    def new_issue(
        self, title: str, body: str, labels: list[str], author: Json | None = None
    ) -> Json:
        number = self.next_id()
        self.issues[number] = {
            "id": number,
            "number": number,
            "title": title,
            "body": body,
            "state": "open",
            "labels": [{"name": label} for label in labels],
            "user": author or BOT,
            "created_at": clock.now(),
        }
        return self.issues[number]

    def new_comment(self, issue: int, body: str, author: Json | None = None) -> Json:
        number = self.next_id()
        comment = {
            "id": number,
            "issue": issue,
            "body": body,
            "user": author or BOT,
            "created_at": clock.now(),
        }
        self.comments.setdefault(issue, []).append(comment)
        return comment

    def find_comment(self, number: int) -> Json | None:
        return next((c for all_ in self.comments.values() for c in all_ if c["id"] == number), None)
