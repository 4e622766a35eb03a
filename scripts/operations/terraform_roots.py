"""Terraform's roots: where each lies, works, and keeps its state."""

import ipaddress
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.adapters.aws.clients import Clients
from scripts.adapters.terraform import state_lock
from scripts.adapters.terraform.cli import Backend, Terraform, work_folder
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base.errors import UsageError
from scripts.base.project import FOLDERS, ROOT, Project, environments
from scripts.domain import hcl

BOOTSTRAP = "bootstrap"
SETTINGS = ("backend.tf", "providers.tf", "terraform.tf", ".terraform.lock.hcl")
"""Files of an environment that say how Terraform works, and nothing of what there is."""

OFFERED = [ipaddress.ip_network(f"10.{number}.0.0/16") for number in range(20, 250, 10)]


def state_key(name: str) -> str:
    """Return the key of a root's state: it follows from the folder's name."""
    return f"{name}/terraform.tfstate"


def standing(clients: Clients, project: Project) -> list[str]:
    """Return the names of the roots that have a state in the clients' account, sorted."""
    try:
        pages = clients.s3.get_paginator("list_objects_v2").paginate(
            Bucket=project.state_bucket(clients.account_id)
        )
        keys = {one["Key"] for page in pages for one in page.get("Contents", [])}
    except clients.s3.exceptions.NoSuchBucket:
        return []
    suffix = state_key("")
    return sorted(key.removesuffix(suffix) for key in keys if key.endswith(suffix))


def root_of(project: Project, clients: Clients, name: str) -> Terraform:
    """Return the root of an environment, or of `bootstrap` in the clients' account."""
    folder = ROOT / "infra" / (BOOTSTRAP if name == BOOTSTRAP else f"envs/{name}")
    bucket = project.state_bucket(clients.account_id)
    # Each account has a bootstrap of its own.
    work = work_folder(f"{name}-{clients.account_id}" if name == BOOTSTRAP else name)
    return Terraform(folder, work, Backend(bucket, state_key(name), project.region))


def root_of_removed(project: Project, clients: Clients, name: str) -> Terraform:
    """Return a root for what stands of an environment whose folder is gone.

    Without its configuration there is nothing to keep: what the state holds can only be destroyed.
    Provider and backend are those of any other environment; its name is its folder's.
    """
    work = work_folder(name)
    folder = work / "removed" / FOLDERS / name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(ROOT / "project.json", work / "removed")
    other = ROOT / FOLDERS / project.environments[0].name
    for file in SETTINGS:
        shutil.copy2(other / file, folder)
    bucket = project.state_bucket(clients.account_id)
    return Terraform(folder, work, Backend(bucket, state_key(name), project.region))


def network_of(environment: str, root: Path = ROOT) -> ipaddress.IPv4Network | None:
    """Return the range that an environment's main.tf gives its network; None where it computes it.

    Raises:
        UsageError: it is no IPv4 range.
    """
    file = root / "infra" / "envs" / environment / "main.tf"
    value = next(hcl.values(hcl.read(file.read_text()), "cidr_block"), None)
    if not isinstance(value, str) or not value[:1].isdigit():
        return None
    try:
        return ipaddress.IPv4Network(value)
    except ValueError as error:
        raise UsageError(
            f"the network of {environment} is no IPv4 range",
            which=f"{file.relative_to(root)}: cidr_block: {error}",
            next_step="Write one such as 10.20.0.0/16.",
        ) from error


def check_network(environment: str, root: Path = ROOT) -> None:
    """Refuse an environment whose network another one has already: a copied folder, not changed.

    The one that project.json lists first keeps its range, and is never told to change it.

    Raises:
        UsageError: its range overlaps that of an environment which is listed before it.
    """
    names = environments(root)
    own = network_of(environment, root)
    taken = {name: one for name in names if name != environment and (one := network_of(name, root))}
    if own is None:
        return
    for name in names[: names.index(environment)]:
        one = taken.get(name)
        if one is None:
            continue
        if own.overlaps(one):
            free = next((o for o in OFFERED if not any(map(o.overlaps, taken.values()))), "another")
            raise UsageError(
                f"the network of {environment} overlaps that of {name}",
                which=[f"infra/envs/{environment}/main.tf: {own}", f"infra/envs/{name}: {one}"],
                next_step=f"Set network.cidr_block in infra/envs/{environment}/main.tf to a range "
                f"of its own, such as {free}.",
            )


@contextmanager
def ready(project: Project, clients: Clients, name: str) -> Iterator[Terraform]:
    """Give a root that is initialised, unlocked where a killed run of ours had locked it, and ours.

    Raises:
        UsageError: its network is another environment's as well.
        SlipwayError: Terraform cannot initialise it.
    """
    if name != BOOTSTRAP:
        check_network(name)
    with _initialised(project, clients, root_of(project, clients, name), name) as terraform:
        yield terraform


@contextmanager
def ready_to_destroy(project: Project, clients: Clients, name: str) -> Iterator[Terraform]:
    """Give the root of an environment as `ready` does, also where its folder is gone.

    Raises:
        SlipwayError: Terraform cannot initialise it.
    """
    exists = (ROOT / FOLDERS / name / "main.tf").exists()
    root = (root_of if exists else root_of_removed)(project, clients, name)
    with _initialised(project, clients, root, name) as terraform:
        yield terraform


@contextmanager
def _initialised(
    project: Project, clients: Clients, terraform: Terraform, name: str
) -> Iterator[Terraform]:
    with terraform.exclusive():
        bucket = project.state_bucket(clients.account_id)
        state_lock.release_stale(clients.s3, bucket, state_key(name), terraform.work)
        terraform.init(inputs_hash(terraform.folder))
        yield terraform
