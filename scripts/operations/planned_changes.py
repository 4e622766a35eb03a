"""What Terraform would change in an environment now."""

from typing import Any

from scripts.adapters.aws.clients import Clients
from scripts.base.console import step
from scripts.base.project import Project
from scripts.domain.plan_changes import Change, changes, parse
from scripts.operations.terraform_roots import ready


def planned_changes(clients: Clients, project: Project, environment: str) -> list[Change]:
    """Plan an environment as the tree has it, and return what that would change.

    Raises:
        as `plan_of`; RefusedError also where the plan is not understood.
    """
    return changes(plan_of(clients, project, environment))


def plan_of(clients: Clients, project: Project, environment: str) -> dict[str, Any]:
    """Plan an environment as the tree has it, and return the plan as Terraform's JSON.

    Raises:
        SlipwayError: Terraform cannot plan.
        RefusedError: the plan cannot be read.
    """
    with ready(project, clients, environment) as terraform:
        # Looking takes no lock: it neither waits for an apply nor makes one wait.
        with step(f"planning {environment}"):
            terraform.plan("-lock=false")
        return parse(terraform.show_json())
