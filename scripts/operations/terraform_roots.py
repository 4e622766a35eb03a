"""Terraform's roots: where each lies, works, and keeps its state."""

from collections.abc import Iterator
from contextlib import contextmanager

from scripts.adapters.aws.clients import Clients
from scripts.adapters.terraform import state_lock
from scripts.adapters.terraform.cli import Backend, Terraform, work_folder
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base.project import ROOT, Project

BOOTSTRAP = "bootstrap"


def state_key(name: str) -> str:
    """Return the key of a root's state: it follows from the folder's name."""
    return f"{name}/terraform.tfstate"


def root_of(project: Project, clients: Clients, name: str) -> Terraform:
    """Return the root of an environment, or of `bootstrap`."""
    folder = ROOT / "infra" / (BOOTSTRAP if name == BOOTSTRAP else f"envs/{name}")
    bucket = project.state_bucket(clients.account_id)
    return Terraform(folder, work_folder(name), Backend(bucket, state_key(name), project.region))


@contextmanager
def ready(project: Project, clients: Clients, name: str) -> Iterator[Terraform]:
    """Give a root that is initialised, unlocked where a killed run of ours had locked it, and ours.

    Raises:
        SlipwayError: Terraform cannot initialise it.
    """
    terraform = root_of(project, clients, name)
    with terraform.exclusive():
        bucket = project.state_bucket(clients.account_id)
        state_lock.release_stale(clients.s3, bucket, state_key(name), terraform.work)
        terraform.init(inputs_hash(terraform.folder))
        yield terraform
