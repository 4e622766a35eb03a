"""Print each role as Terraform applied it: trust, permissions and boundary, as JSON.

Of the account's bootstrap and of each environment in it: for a security review, and for tools.
Changes nothing.
"""

import json
from typing import Any

from scripts.adapters.aws.clients import connect_to_any
from scripts.base.command import arguments_parser
from scripts.base.console import output, say
from scripts.base.project import Project, environments
from scripts.domain.applied_policies import roles
from scripts.operations.terraform_roots import BOOTSTRAP, ready, standing

SCHEMA = 1


def main(arguments: list[str]) -> int:
    """Print them."""
    arguments_parser(__doc__, environment=False).parse_args(arguments)
    project = Project.load()
    clients = connect_to_any(project, project.account_ids)
    found: dict[str, Any] = {}
    roots = standing(clients, project)
    for name in [one for one in (BOOTSTRAP, *environments()) if one in roots]:
        say(f"reading {name}", style="dim")
        with ready(project, clients, name) as terraform:
            found |= roles(json.loads(terraform.capture("show", "-json")))
    shown = {"schema": SCHEMA, "account": clients.account_id, "roles": found}
    output(json.dumps(shown, indent=2))
    return 0
