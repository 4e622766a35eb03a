"""The infrastructure step: Terraform, and the ledger around it."""

from collections.abc import Callable

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.state_store import StateStore
from scripts.base import clock
from scripts.base.console import confirm, say, step
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain import ledger, risk
from scripts.domain.plan_changes import changes, parse
from scripts.domain.plan_review import Judge
from scripts.operations import run_lock
from scripts.operations.again import again
from scripts.operations.terraform_roots import ready, state_key


def apply_infrastructure(
    clients: Clients,
    project: Project,
    environment: str,
    store: StateStore,
    *,
    inputs: str,
    commit: str,
    run: str,
    judge: Judge | None = None,
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
        judge: refuses a plan that was not reviewed; None applies whatever is planned.

    Raises:
        RefusedError: the plan may not be applied; nothing was written.
        SlipwayError: Terraform fails; the ledger then says that the inputs are not applied.
    """

    def write_ahead() -> None:
        pending = ledger.Pending("infrastructure", "", "", commit, run, clock.now())
        again(lambda: store.write(ledger.begin(store.read() or ledger.Ledger(), pending)))

    apply_terraform(clients, project, environment, judge=judge, ahead=write_ahead)
    note_applied(store, inputs, commit)


def apply_terraform(
    clients: Clients,
    project: Project,
    environment: str,
    *,
    judge: Judge | None = None,
    ahead: Callable[[], None] = lambda: None,
) -> None:
    """Plan, have the plan judged and apply that very file.

    Args:
        clients: AWS.
        project: the project.
        environment: which one.
        judge: refuses a plan that was not reviewed; None applies whatever is planned.
        ahead: called before anything is changed, and only then.

    Raises:
        RefusedError: the plan may not be applied; nothing was changed.
        SlipwayError: Terraform fails.
    """
    bucket, key = project.state_bucket(clients.account_id), state_key(environment)
    with (
        ready(project, clients, environment) as terraform,
        run_lock.noted(clients.s3, bucket, key),
    ):
        with step(f"planning infra/envs/{environment}"):
            differs = terraform.plan()
        if not differs:
            say("infrastructure: no changes")
            return
        plan = parse(terraform.show_json())
        if judge:
            judge(plan)
        else:
            _confirm(environment, risk.warning(changes(plan)))
        ahead()
        with step(f"applying infra/envs/{environment}"):
            terraform.apply()


def _confirm(environment: str, warning: str) -> None:
    """Say what a plan ends that was not reviewed, and ask a person at a terminal.

    Raises:
        RefusedError: the answer is not yes.
    """
    if not warning:
        return
    say(warning, style="red")
    if confirm("Apply it?") is False:
        raise RefusedError(
            f"the infrastructure of {environment} stays as it is: the plan was not confirmed",
            which=warning,
            next_step="Nothing was changed. Revert the change that causes it, or run this again.",
        )


def note_applied(store: StateStore, inputs: str, commit: str) -> None:
    """Note that the infrastructure of these inputs stands."""
    again(lambda: store.write(ledger.applied(store.read() or ledger.Ledger(), inputs, commit)))
