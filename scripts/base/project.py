"""`project.json`, and every name that derives from it."""

import json
from dataclasses import dataclass
from pathlib import Path

from scripts.base.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST = "dev"
"""The environment that has to verify a release before any other gets it."""


@dataclass(frozen=True)
class Project:
    """What adopting the repository changes.

    Attributes:
        name: prefix of every resource.
        region: the AWS region of everything.
        repository: `owner/name` on GitHub, or None without one.
        account_id: 12 digits, or None while the clone is not connected to AWS.
        owner_id: GitHub's number of the repository's owner, or None where nobody looked it up.
        repository_id: GitHub's number of the repository; both or none.
    """

    name: str
    region: str
    repository: str | None
    account_id: str | None
    owner_id: int | None = None
    repository_id: int | None = None

    @classmethod
    def load(cls, root: Path = ROOT) -> "Project":
        """Read `project.json`.

        Raises:
            UsageError: the file is missing, is not JSON, or has other keys than these.
        """
        path = root / "project.json"
        try:
            values = json.loads(path.read_text())
            return cls(**values)
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(
                "project.json cannot be read",
                which=f"{path}: {error}",
                next_step='It holds "name", "region", "repository" and "account_id", and where '
                'they are known "owner_id" and "repository_id".',
            ) from error

    def state_bucket(self, account_id: str) -> str:
        """Name of the bucket that holds the Terraform state of one account."""
        return f"{self.name}-state-{account_id}"

    def parameter(self, environment: str, kind: str) -> str:
        """Name of an environment's SSM parameter: `ledger`, `hold` or `facts`."""
        return f"/{self.name}/{environment}/{kind}"


def environments(root: Path = ROOT) -> list[str]:
    """Names of the environments that the repository defines, sorted."""
    return sorted(path.parent.name for path in (root / "infra" / "envs").glob("*/main.tf"))


def check_environment(name: str, root: Path = ROOT) -> str:
    """Return `name` if the repository defines that environment.

    Raises:
        UsageError: it does not.
    """
    known = environments(root)
    if name not in known:
        raise UsageError(
            f"there is no environment {name!r}",
            which=f"infra/envs/ holds {', '.join(known) or 'none'}",
            next_step="Say ENV=NAME with one of these.",
        )
    return name
