"""A team that owns the repository: it merges, asks for reviews, and looks what became of it."""

import itertools
import json
import re
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.checkout import Checkout
from tests.emulator.live.scene import PAGE, Scene
from tests.workflows.github_data import Json
from tests.workflows.harness import Harness
from tests.workflows.runs import Run

MARK = re.compile(r'(<meta charset="utf-8">)(\n<meta name="application-name"[^>]*>)?')
RETENTION = re.compile(r"log_retention_days  = \d+")
DAYS = itertools.cycle((30, 60, 90, 120, 150, 180, 365, 400, 545, 731))
"""Lengths that CloudWatch Logs knows."""


class Team:
    """People with one repository on GitHub and one account at AWS.

    Args:
        emulator: the checkout that is the repository, and whose emulator is the account.
        github: the harness.
    """

    def __init__(self, emulator: Checkout, github: Harness) -> None:
        self.emulator, self.github = emulator, github
        self.scenes = {name: Scene(emulator, name) for name in ("dev", "prod")}

    # --- what they write

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the first `old` in a file."""
        path = self.emulator.folder / name
        text = path.read_text()
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new, 1))

    def words(self) -> str:
        """Give the page words that it never had: another release. Return them."""
        words = f"Backwards {uuid.uuid4().hex[:8]}"
        path = self.emulator.folder / PAGE
        mark = rf'\1\n<meta name="application-name" content="{words}">'
        text, count = MARK.subn(mark, path.read_text())
        assert count == 1
        path.write_text(text)
        return words

    def retention(self, environment: str = "dev") -> int:
        """Change how long the service's log is kept, in days: infrastructure, and harmless."""
        path = self.emulator.folder / "infra/envs" / environment / "main.tf"
        text = path.read_text()
        known = {int(RETENTION.findall(text)[0].split()[-1]), self.log_days(environment)}
        days = next(days for days in DAYS if days not in known)
        path.write_text(RETENTION.sub(f"log_retention_days  = {days}", text))
        return days

    def write_docs(self) -> None:
        """Change what neither image nor infrastructure holds."""
        path = self.emulator.folder / "docs/traps.md"
        path.write_text(f"{path.read_text()}\n{uuid.uuid4().hex}\n")

    def commit(self, message: str = "a change") -> str:
        """Commit all edits to main without a pull request; return the commit."""
        self.emulator.commit(message)
        return self.head

    @property
    def head(self) -> str:
        """Main's commit."""
        return self.emulator.git("rev-parse", "main").strip()

    def revert(self) -> None:
        """Take back what the newest commit brought, as an edit."""
        parents = self.emulator.git("rev-list", "--parents", "-1", "HEAD").split()[1:]
        of_a_merge = ["--mainline", "1"] if len(parents) > 1 else []
        self.emulator.git("revert", "--no-commit", *of_a_merge, "HEAD")

    # --- pull requests

    def propose(self, *, fork: bool = False, by: str = "ada") -> "Proposal":
        """Open a pull request with the edits; main is left as it was."""
        return Proposal(self.emulator, self.github, fork=fork, by=by)

    # --- what they see

    def released(self, environment: str = "dev") -> str:
        """The recorded release."""
        return self.scenes[environment].version()

    def version(self) -> str:
        """The release that main's tree names."""
        command = [
            ".venv/bin/python",
            "-c",
            "from scripts.base.release_version import version; print(version())",
        ]
        return subprocess.run(
            command, cwd=self.emulator.folder, check=True, capture_output=True, text=True
        ).stdout.strip()

    def open_issues(self) -> list[Json]:
        """Issues that nobody closed."""
        return [issue for issue in self.github.data.issues.values() if issue["state"] == "open"]

    def ledger(self, environment: str = "dev") -> Any:
        """The environment's ledger as AWS holds it."""
        return self._record(environment, "ledger")

    def hold(self, environment: str = "dev") -> Any:
        """Who holds the environment, as AWS has it, or None."""
        return self._record(environment, "hold")

    def _record(self, environment: str, kind: str) -> Any:
        text = self.scenes[environment].record(kind)
        return json.loads(text) if text else None

    def role(self, name: str) -> str:
        """The whole name of a role of the pipeline."""
        return f"{self.scenes['dev'].project.name}-{name}"

    def roles(self, *names: str) -> list[str]:
        """Whole names of roles."""
        return [self.role(name) for name in names]

    def log_group(self, environment: str) -> str:
        """Name of the service's log group."""
        return f"/{self.scenes[environment].project.name}/{environment}"

    def _state(self, environment: str) -> tuple[str, str]:
        """Bucket and key of an environment's state."""
        scene = self.scenes[environment]
        return scene.project.state_bucket(scene.account), f"{environment}/terraform.tfstate"

    def log_days(self, environment: str = "dev") -> int:
        """How long AWS keeps the service's log."""
        groups = self._client("logs", environment).describe_log_groups(
            logGroupNamePrefix=self.log_group(environment)
        )["logGroups"]
        assert len(groups) == 1, groups
        return int(groups[0]["retentionInDays"])

    def keep_logs(self, days: int, environment: str = "dev") -> None:
        """Change that behind Terraform's back: drift."""
        self._client("logs", environment).put_retention_policy(
            logGroupName=self.log_group(environment), retentionInDays=days
        )

    @contextmanager
    def state_locked(self, environment: str = "dev") -> Iterator[None]:
        """Hold the lock of an environment's state, as a Terraform elsewhere does."""
        bucket, key = self._state(environment)
        lock = {
            "ID": str(uuid.uuid4()),
            "Operation": "OperationTypeApply",
            "Info": "",
            "Who": "somebody@elsewhere",
            "Version": "1.11.4",
            "Created": "2026-01-01T00:00:00Z",
            "Path": f"{bucket}/{key}",
        }
        s3 = self._client("s3", environment)
        s3.put_object(Bucket=bucket, Key=f"{key}.tflock", Body=json.dumps(lock).encode())
        try:
            yield
        finally:
            s3.delete_object(Bucket=bucket, Key=f"{key}.tflock")

    def is_state_locked(self, environment: str = "dev") -> bool:
        """Whether a Terraform holds an environment's state."""
        bucket, key = self._state(environment)
        found = self._client("s3", environment).list_objects_v2(
            Bucket=bucket, Prefix=f"{key}.tflock"
        )
        return f"{key}.tflock" in [item["Key"] for item in found.get("Contents", [])]

    def _client(self, service: str, environment: str) -> Any:
        return self.scenes[environment].client(service)


class Proposal:
    """A pull request with the edits of a repository's checkout; main is left as it was.

    Args:
        origin: the repository.
        github: where it is opened.
        fork: whether its branch lies in somebody else's repository.
        by: who opened it.
        branch: that was pushed and proposed already; empty makes one of the edits.

    Attributes:
        number: GitHub's.
    """

    def __init__(
        self,
        origin: Checkout,
        github: Harness,
        *,
        fork: bool = False,
        by: str = "ada",
        branch: str = "",
    ) -> None:
        self.origin, self.github, self.by = origin, github, by
        git, data = origin.git, github.data
        self.branch = branch or f"change-{uuid.uuid4().hex[:8]}"
        self.base = self._main
        if branch:
            [self.number] = [n for n, one in data.pulls.items() if one["head"]["ref"] == branch]
        else:
            self.number = data.next_id()
            git("checkout", "--quiet", "-b", self.branch)
            origin.commit("a change")
            git("checkout", "--quiet", "main")
        owner = "stranger" if fork else data.repository.split("/")[0]
        self.repo = {
            "id": 900000002 if fork else data.repository_id,
            "full_name": f"{owner}/{data.repository.split('/')[1]}",
            "fork": fork,
        }
        data.pulls[self.number] = self._facts()

    @property
    def _main(self) -> str:
        return self.origin.git("rev-parse", "main").strip()

    @property
    def head(self) -> str:
        """Its newest commit."""
        return self.origin.git("rev-parse", self.branch).strip()

    def push(self) -> None:
        """Add the edits to it as a second commit."""
        git = self.origin.git
        git("stash", "--quiet")
        git("checkout", "--quiet", self.branch)
        git("stash", "pop", "--quiet")
        self.origin.commit("more of it")
        git("checkout", "--quiet", "main")
        self.github.data.pulls[self.number].update(self._facts())

    def run(self, file: str = "pull-request.yml") -> Run:
        """Run the checks on GitHub's merge of it with main."""
        git = self.origin.git
        tree = git("merge-tree", "--write-tree", "main", self.branch).strip()
        merge = git("commit-tree", tree, "-p", "main", "-p", self.branch, "-m", "merge").strip()
        # Jobs fetch by the commit: something has to reach it.
        git("update-ref", f"refs/pull/{self.number}/merge", merge)
        payload = {
            "action": "synchronize",
            "number": self.number,
            "pull_request": self._facts(),
        }
        return self.github.start(file, "pull_request", payload, sha=merge, actor=self.by)

    def merge(self) -> str:
        """Merge it to main; return the commit."""
        git = self.origin.git
        git("merge", "--quiet", "--no-ff", "-m", f"Merge #{self.number}", self.branch)
        sha = self._main
        data = self.github.data
        data.pulls[self.number].update(
            state="closed", merged=True, merged_at="2026-01-01T00:00:00Z"
        )
        # GitHub knows the pull request of the merge and of each commit that it brought.
        brought = git("rev-list", f"{self.base}..{sha}").split()
        for commit in brought:
            data.pulls_of_commit.setdefault(commit, []).append(self.number)
        return sha

    def comment(self) -> str:
        """The bodies of the comments on it."""
        comments = self.github.data.comments.get(self.number, [])
        assert len(comments) == 1, comments
        return str(comments[0]["body"])

    def _facts(self) -> Json:
        data = self.github.data
        return {
            "id": self.number,
            "number": self.number,
            "state": "open",
            "merged": False,
            "merged_at": None,
            "user": {"login": self.by, "type": "Bot" if self.by.endswith("[bot]") else "User"},
            "head": {"ref": self.branch, "sha": self.head, "repo": self.repo},
            "base": {
                "ref": "main",
                "sha": self._main,
                "repo": {"id": data.repository_id, "full_name": data.repository},
            },
        }
