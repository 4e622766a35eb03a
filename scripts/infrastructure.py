"""The infrastructure step: Terraform, and the ledger around it."""

from scripts import clock, ledger
from scripts.aws import Clients
from scripts.console import say, step
from scripts.project import Project
from scripts.roots import ready
from scripts.store import Store


def apply_infrastructure(
    clients: Clients,
    project: Project,
    environment: str,
    store: Store,
    *,
    inputs: str,
    commit: str,
    run: str,
) -> None:
    """Bring an environment's infrastructure to its configuration and note it.

    Args:
        clients: AWS.
        project: the project.
        environment: which one.
        store: its ledger.
        inputs: hash of the configuration that is applied.
        commit: the commit that it comes from.
        run: who applies.

    Raises:
        SlipwayError: Terraform fails; the ledger then says that the inputs are not applied.
    """
    book = store.read()
    if book is not None:
        # Until the first apply there is no ledger to write ahead in: Terraform makes it.
        pending = ledger.Pending("infrastructure", "", "", commit, run, clock.now())
        store.write(ledger.begin(book, pending))
    with ready(project, clients, environment) as terraform:
        with step(f"planning infra/envs/{environment}"):
            changes = terraform.plan()
        if changes:
            with step(f"applying infra/envs/{environment}"):
                terraform.apply()
        else:
            say("infrastructure: no changes")
    store.write(ledger.applied(store.read() or ledger.Ledger(), inputs, commit))
