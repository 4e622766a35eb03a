"""What connecting a clone writes into its files: accounts, numbers, names."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ORIGIN = re.compile(
    r"(?:https://|git@|ssh://git@)github\.com[:/](?P<name>[^/]+/[^/]+?)(?:\.git)?/?"
)


@dataclass(frozen=True)
class Connection:
    """Where a project is to live.

    Attributes:
        name: of the project; None keeps it.
        region: None keeps it.
        repository: `owner/name` as GitHub writes it.
        owner_id: GitHub's number of the owner.
        repository_id: GitHub's number of the repository.
        accounts: AWS account by environment.
    """

    name: str | None
    region: str | None
    repository: str
    owner_id: int
    repository_id: int
    accounts: Mapping[str, str] = field(default_factory=dict)


def project_file(text: str, connection: Connection) -> str:
    """Return project.json with a connection written into it.

    The account of the images is the one that is there, else that of the first environment.
    """
    values: dict[str, Any] = json.loads(text)
    for entry in values["environments"]:
        entry["account_id"] = connection.accounts.get(entry["name"], entry["account_id"])
    known = [entry["account_id"] for entry in values["environments"] if entry["account_id"]]
    values |= {
        "name": connection.name or values["name"],
        "region": connection.region or values["region"],
        "repository": connection.repository,
        "owner_id": connection.owner_id,
        "repository_id": connection.repository_id,
        "registry_account_id": values["registry_account_id"] or next(iter(known), None),
    }
    return json.dumps(values, indent=2) + "\n"


def without_account(text: str, account_id: str) -> str:
    """Return project.json with an account taken out of it."""
    values: dict[str, Any] = json.loads(text)
    for entry in [values, *values["environments"]]:
        key = "registry_account_id" if entry is values else "account_id"
        entry[key] = None if entry[key] == account_id else entry[key]
    return json.dumps(values, indent=2) + "\n"


def repository_of(origin: str) -> str:
    """Return `owner/name` of a git remote on github.com; empty where it is another address."""
    found = ORIGIN.fullmatch(origin.strip())
    return found["name"] if found else ""
