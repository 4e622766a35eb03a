"""Clones of the working tree as teams have them: what adopting the repository changes."""

import json
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from scripts.domain import codeowners
from tests.checkout import Checkout

ACCOUNTS = ("111122223333", "444455556666")
Values = dict[str, Any]


def adopted(project: Values) -> Values:
    """Return project.json of another team: other names, another region, an account for each."""
    accounts = cycle(ACCOUNTS)
    return {
        **project,
        "name": "harbor",
        "region": "us-east-1",
        "repository": "pier-nine/Harbor.web",
        "owner_id": 700000001,
        "repository_id": 900000001,
        "registry_account_id": ACCOUNTS[0],
        "environments": [{**one, "account_id": next(accounts)} for one in project["environments"]],
    }


def adopted_in_one_account(project: Values) -> Values:
    """Return project.json of a team with one account, in a region that is not AWS's first.

    S3 takes no LocationConstraint for us-east-1, and asks for one everywhere else.
    """
    team = adopted(project)
    environments = [{**one, "account_id": ACCOUNTS[0]} for one in team["environments"]]
    return {**team, "region": "eu-west-1", "environments": environments}


def template(project: Values) -> Values:
    """Return project.json as nobody has adopted it yet, whoever's clone this is."""
    return {
        **project,
        "name": "slipway",
        "region": "eu-central-1",
        "repository": "example/slipway",
        **dict.fromkeys(("owner_id", "repository_id", "registry_account_id")),
        "environments": [{**one, "account_id": None} for one in project["environments"]],
    }


def copy(folder: Path, become: Callable[[Values], Values]) -> Checkout:
    """Copy the working tree, and change in the copy what adopting the repository changes.

    Args:
        folder: of the copy.
        become: changes what project.json holds; CODEOWNERS follows it.
    """
    checkout = Checkout.copy(folder)
    file = folder / "project.json"
    project = become(json.loads(file.read_text()))
    file.write_text(json.dumps(project, indent=2) + "\n")
    owner = codeowners.default_owner(project["repository"])
    (folder / ".github/CODEOWNERS").write_text(codeowners.render(owner))
    checkout.commit("adopt")
    return checkout
