"""What Terraform would change in an environment now."""

import json

from scripts.adapters.aws.clients import Clients
from scripts.base.console import step
from scripts.base.project import Project
from scripts.domain.plan_changes import Change, changes
from scripts.operations.terraform_roots import ready


def planned_changes(clients: Clients, project: Project, environment: str) -> list[Change]:
    """Plan an environment as the tree has it, and return what that would change.

    Raises:
        SlipwayError: Terraform cannot plan.
        RefusedError: the plan is not understood.
    """
    with ready(project, clients, environment) as terraform:
        # Looking takes no lock: it neither waits for an apply nor makes one wait.
        with step(f"planning {environment}"):
            terraform.plan("-lock=false")
        return changes(json.loads(terraform.show_json()))
