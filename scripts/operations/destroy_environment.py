"""Take an environment down: everything that Terraform made of it, its data exported first.

Killed anywhere, it is run again: what is gone is not looked for, and the hold stays until the end.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scripts.adapters.aws import protection, table_export
from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.state_store import StateStore
from scripts.adapters.terraform.cli import Terraform
from scripts.base import clock
from scripts.base.actor import actor_name
from scripts.base.console import say, step
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger
from scripts.domain.plan_changes import Change, changes, parse
from scripts.operations.again import again
from scripts.operations.terraform_roots import ready_to_destroy, state_key

REASON = "it is being destroyed"


@dataclass(frozen=True)
class Destroyed:
    """What is left of an environment.

    Attributes:
        exported: where its data is, an address in S3, also from a run that was killed; empty where
            it was never exported.
    """

    exported: str = ""


def destroy(
    clients: Clients,
    project: Project,
    environment: str,
    *,
    export: bool,
    agree: Callable[[list[Change], Hold | None], None],
) -> Destroyed:
    """Destroy an environment.

    Args:
        clients: of its account.
        project: the project.
        environment: which one; it need not be in project.json any more.
        export: whether its table goes to the bucket first.
        agree: told what would go and who holds it; raises where a person does not want it.

    Raises:
        RefusedError: there is no such environment in this account, or nobody agreed.
        SlipwayError: the export or Terraform fails; running it again goes on.
    """
    bucket = project.state_bucket(clients.account_id)
    store = StateStore(clients.s3, bucket, environment)
    _check_exists(clients, bucket, environment)
    with ready_to_destroy(project, clients, environment) as terraform:
        with step(f"planning what is destroyed of {environment}"):
            anything = terraform.plan("-destroy")
        planned = changes(parse(terraform.show_json())) if anything else []
        agree(planned, store.hold())
        # A deploy that runs meanwhile ends, and the next one does not begin.
        again(lambda: _hold(store))
        name = f"{project.name}-{environment}"
        if export:
            prefix = f"{_exports(environment)}{clock.now()}"
            table_export.export(clients, name, bucket, prefix)
        protection.lift(clients, name, store.facts())
        _apply(terraform, environment, anything=anything)
    store.forget()
    clients.s3.delete_object(Bucket=bucket, Key=state_key(environment))
    return Destroyed(_newest_export(clients, bucket, environment))


def _exports(environment: str) -> str:
    return f"{environment}/exports/"


def _newest_export(clients: Clients, bucket: str, environment: str) -> str:
    """Return the address of the newest export in the bucket; the table may be gone long since."""
    pages = clients.s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=_exports(environment), Delimiter="/"
    )
    found = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
    return f"s3://{bucket}/{max(found).rstrip('/')}" if found else ""


def _check_exists(clients: Clients, bucket: str, environment: str) -> None:
    try:
        clients.s3.head_object(Bucket=bucket, Key=state_key(environment))
    except clients.s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        raise RefusedError(
            f"there is nothing of {environment} in the account {clients.account_id}",
            which=f"s3://{bucket}/{state_key(environment)} does not exist",
            next_step="Nothing was changed. Is it the right account, and the right name?",
        ) from error


def _hold(store: StateStore) -> None:
    release = (store.read() or Ledger()).release
    hold = Hold("manual", release.version if release else "", REASON, actor_name(), clock.now())
    earlier = store.hold()
    if earlier is None or earlier.reason != REASON:
        store.set_hold(hold, over=earlier)


def _apply(terraform: Terraform, environment: str, *, anything: bool) -> None:
    if not anything:
        say("Terraform has nothing left to destroy")
        return
    # The protections are part of the plan: it is made again now that they are lifted.
    with step(f"planning what is destroyed of {environment}, unprotected"):
        terraform.plan("-destroy")
    with step(f"destroying {environment}"):
        terraform.apply()
