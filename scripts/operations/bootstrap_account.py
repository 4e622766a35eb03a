"""Make what the environments of an account share: state bucket, registry, roles of the pipeline.

The bucket cannot hold the state of its own making. So the first apply works in a copy of the
configuration with a local state below the working folder, and the state is pushed into the bucket
after it. Each part can be killed and run again: the local state is kept until the bucket has it.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.adapters.aws import account
from scripts.adapters.aws.clients import Clients
from scripts.adapters.terraform.cli import Terraform
from scripts.adapters.terraform.inputs import inputs_hash, inputs_of
from scripts.base.console import say, step
from scripts.base.project import ROOT, Project
from scripts.operations.terraform_roots import BOOTSTRAP, ready, root_of, state_key

ISSUER = "token.actions.githubusercontent.com"
LOCAL_STATE = "first.tfstate"
OVERRIDE = """\
terraform {{
  backend "local" {{
    path = "{path}"
  }}
}}
"""


def bootstrap(clients: Clients, project: Project) -> None:
    """Bootstrap the clients' account; harmless to run again.

    Raises:
        SlipwayError: Terraform fails.
    """
    arguments = arguments_of(clients, project)
    if not state_is_in_bucket(clients, project):
        _first(clients, project, arguments)
        return
    with ready(project, clients, BOOTSTRAP) as terraform:
        converge(terraform, arguments)


def arguments_of(clients: Clients, project: Project) -> list[str]:
    """Return what a plan of bootstrap is told of the account: a provider that others made.

    An account has at most one OIDC provider of an issuer (IAM API reference, "CreateOpenID-
    ConnectProvider"), so another project's is used and left to it.
    """
    found = account.identity_provider(clients, ISSUER)
    if found is None or found[1].get("Project") == project.name:
        return []
    say(f"the account has GitHub's identity provider already: {found[0]}", style="dim")
    return [f"-var=github_provider_arn={found[0]}"]


def _first(clients: Clients, project: Project, arguments: list[str]) -> None:
    real = root_of(project, clients, BOOTSTRAP)
    state = real.work / LOCAL_STATE
    with with_local_state(real, state) as scratch:
        converge(scratch, arguments)
    with ready(project, clients, BOOTSTRAP) as terraform, step("moving the state into its bucket"):
        terraform.run("state", "push", str(state))
    state.unlink()


@contextmanager
def with_local_state(
    real: Terraform, state: Path, overrides: Mapping[str, str] | None = None
) -> Iterator[Terraform]:
    """Give bootstrap in a copy, initialised, whose state is a file.

    Args:
        real: the root in the checkout, which never holds an override.
        state: the file.
        overrides: text of further override files, by their names below `infra/`.
    """
    scratch = Terraform(_copy(real), real.work / "first", backend=None)
    (scratch.folder / "backend_override.tf").write_text(OVERRIDE.format(path=state))
    for name, text in (overrides or {}).items():
        (scratch.folder.parent / name).write_text(text)
    with scratch.exclusive():
        # The path of the local state is part of what it is initialised with.
        scratch.init(inputs_hash(real.folder) + str(state))
        yield scratch


def _copy(real: Terraform) -> Path:
    """Copy bootstrap's inputs, so that the checkout never holds an override."""
    copy = real.work / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    for name in inputs_of(real.folder):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return copy / real.folder.relative_to(ROOT)


def converge(terraform: Terraform, arguments: list[str]) -> None:
    """Apply bootstrap where a plan of it is not empty."""
    with step("planning infra/bootstrap"):
        changes = terraform.plan(*arguments)
    if changes:
        with step("applying infra/bootstrap"):
            terraform.apply()


def state_is_in_bucket(clients: Clients, project: Project) -> bool:
    """Whether the account was bootstrapped to its end."""
    bucket = project.state_bucket(clients.account_id)
    try:
        clients.s3.head_object(Bucket=bucket, Key=state_key(BOOTSTRAP))
    except clients.s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True
