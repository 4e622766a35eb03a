"""Take down what bootstrap made in an account: roles, boundaries, the bucket with all its versions.

The bucket holds the state of its own making. So the state is taken out first, and the destroying
works in a copy, as the first apply does. Killed anywhere, it is run again.
"""

from collections.abc import Callable

from scripts.adapters.aws.clients import Clients
from scripts.adapters.terraform.cli import Terraform
from scripts.base import place
from scripts.base.console import step
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.plan_changes import Change, changes, parse
from scripts.operations.bootstrap_account import (
    LOCAL_STATE,
    arguments_of,
    converge,
    state_is_in_bucket,
    with_local_state,
)
from scripts.operations.terraform_roots import BOOTSTRAP, ready, root_of, standing

OVERRIDES = {
    "bootstrap/disconnect_override.tf": """\
resource "aws_s3_bucket" "state" {
  force_destroy = true

  lifecycle {
    prevent_destroy = false
  }
}
""",
    "modules/registry/disconnect_override.tf": """\
resource "aws_ecr_repository" "this" {
  force_delete = true
}
""",
}
"""What lets a bucket and a registry be destroyed with what they hold."""


def disconnect(
    clients: Clients, project: Project, *, agree: Callable[[list[Change]], None]
) -> None:
    """Destroy what bootstrap made in the clients' account.

    Args:
        clients: of the account.
        project: the project.
        agree: told what would be destroyed; raises where a person does not want it.

    Raises:
        RefusedError: an environment stands there, others pull its images, it was never
            bootstrapped, or nobody agreed.
        SlipwayError: Terraform fails; running it again goes on.
    """
    _check_last(clients, project)
    _check_empty(clients, project)
    real = root_of(project, clients, BOOTSTRAP)
    state = real.work / LOCAL_STATE
    if state_is_in_bucket(clients, project):
        with ready(project, clients, BOOTSTRAP) as terraform:
            state.write_text(terraform.capture("state", "pull"))
    elif not state.exists():
        raise RefusedError(
            f"the account {clients.account_id} was not bootstrapped for {project.name}",
            next_step="Nothing was changed. Is it the right account?",
        )
    arguments = arguments_of(clients, project)
    with with_local_state(real, state, OVERRIDES) as scratch:
        agree(_planned(scratch, arguments))
        # What is emptied when it is destroyed is a property of the state, not of the plan.
        converge(scratch, arguments)
        _planned(scratch, arguments)
        with step("destroying infra/bootstrap"):
            scratch.apply()
    state.unlink()


def _planned(scratch: Terraform, arguments: list[str]) -> list[Change]:
    with step("planning what is destroyed of infra/bootstrap"):
        scratch.plan("-destroy", *arguments)
    return changes(parse(scratch.show_json()))


def _check_last(clients: Clients, project: Project) -> None:
    """Refuse the account of the images while others pull from it."""
    others = [one for one in project.account_ids if one != clients.account_id]
    if clients.account_id == project.registry_account_id and others:
        raise RefusedError(
            f"the account {clients.account_id} holds the images that others pull",
            which=others,
            next_step="Nothing was changed. Disconnect those first, with their credentials.",
        )


def _check_empty(clients: Clients, project: Project) -> None:
    if left := [name for name in standing(clients, project) if name != BOOTSTRAP]:
        raise RefusedError(
            f"environments still stand in the account {clients.account_id}",
            which=left,
            next_step=f"First, for each: {place.command('destroy', left[0])}",
        )
