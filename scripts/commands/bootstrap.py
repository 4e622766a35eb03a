"""Make what the environments of an account share: state bucket, registry, roles of the pipeline.

It acts on the account of the credentials: with an account per environment, run it once in each.

The bucket cannot hold the state of its own making. So the first apply works in a copy of the
configuration with a local state below the working folder, and the state is pushed into the bucket
after it. Each part can be killed and run again: the local state is kept until the bucket has it.
"""

import shutil
from pathlib import Path

from scripts.adapters.aws.clients import Clients, connect_to_any
from scripts.adapters.terraform.cli import Terraform
from scripts.adapters.terraform.inputs import inputs_hash, inputs_of
from scripts.base import command, place
from scripts.base.console import say, step
from scripts.base.project import ROOT, Project
from scripts.operations.terraform_roots import BOOTSTRAP, ready, root_of, state_key

LOCAL_STATE = "first.tfstate"
OVERRIDE = """\
terraform {{
  backend "local" {{
    path = "{path}"
  }}
}}
"""


def main(arguments: list[str]) -> int:
    """Bootstrap the account of these credentials; harmless to run again."""
    command.arguments_parser(__doc__, environment=False).parse_args(arguments)
    project = Project.load()
    clients = connect_to_any(project, project.account_ids)
    if not _state_is_in_bucket(clients, project):
        _first(clients, project)
    else:
        with ready(project, clients, BOOTSTRAP) as terraform:
            _converge(terraform)
    for line in next_steps(project):
        say(line)
    return 0


def next_steps(project: Project) -> list[str]:
    """Return what there is to set after bootstrap, one line each."""
    if not project.account_ids:
        return [f"next: {place.command('deploy', project.environments[0].name)}"]
    if project.repository is None:
        return ['next: set "repository" in project.json and run this again: GitHub has no role yet']
    main_only = ", ".join(one.name for one in project.environments)
    reviewed = ", ".join(one.approvers for one in project.environments if one.approval)
    known = project.owner_id is not None and project.repository_id is not None
    ask = f"gh api repos/{project.repository} --jq '{{owner_id: .owner.id, repository_id: .id}}'"
    missing = [
        "next: repositories of since July 2026 get no role without their numbers; add to "
        f"project.json what this says, and run this again: {ask}"
    ]
    return [
        *([] if known else missing),
        f"next: commit project.json; on GitHub make the environments {main_only} for main only, "
        f"and with required reviewers: {reviewed or 'none'} (docs/runbook.md)",
    ]


def _first(clients: Clients, project: Project) -> None:
    real = root_of(project, clients, BOOTSTRAP)
    state = real.work / LOCAL_STATE
    scratch = Terraform(_copy(real), real.work / "first", backend=None)
    (scratch.folder / "backend_override.tf").write_text(OVERRIDE.format(path=state))
    with scratch.exclusive():
        # The path of the local state is part of what it is initialised with.
        scratch.init(inputs_hash(real.folder) + str(state))
        _converge(scratch)
    with ready(project, clients, BOOTSTRAP) as terraform, step("moving the state into its bucket"):
        terraform.run("state", "push", str(state))
    state.unlink()


def _copy(real: Terraform) -> Path:
    """Copy bootstrap's inputs, so that the checkout never holds an override."""
    copy = real.work / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    for name in inputs_of(real.folder):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return copy / real.folder.relative_to(ROOT)


def _converge(terraform: Terraform) -> None:
    with step("planning infra/bootstrap"):
        changes = terraform.plan()
    if changes:
        with step("applying infra/bootstrap"):
            terraform.apply()


def _state_is_in_bucket(clients: Clients, project: Project) -> bool:
    bucket = project.state_bucket(clients.account_id)
    try:
        clients.s3.head_object(Bucket=bucket, Key=state_key(BOOTSTRAP))
    except clients.s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True
