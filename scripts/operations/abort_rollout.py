"""End a rollout that runs: every instance that it replaced runs the recorded release again."""

from dataclasses import replace

from scripts.adapters.aws.clients import Clients
from scripts.base import place
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.observed_state import ObservedState
from scripts.operations.reconcile import reconcile, recorded_state
from scripts.operations.session import Session
from scripts.reporting.run_record import RunRecord


def abort_rollout(
    clients: Clients, project: Project, environment: str, run_record: RunRecord
) -> None:
    """Abort the rollout of an environment; a first release that comes up ends too, at 0 instances.

    Raises:
        RefusedError: no rollout runs.
        UnknownStateError: going back failed.
    """
    session = Session.begin(clients, project, environment, run_record)
    observed = session.observe()
    if not _rolls(observed):
        raise RefusedError(
            f"no rollout is running on {session.name}",
            next_step=place.command("status", environment),
        )
    desired = recorded_state(observed.ledger)
    run_record.release = desired.version
    reconcile(replace(session, ends_on_hold=False), desired)


def _rolls(observed: ObservedState) -> bool:
    """Whether a refresh runs, or a first release is coming up."""
    if observed.refresh and observed.refresh.active:
        return True
    first = observed.ledger is not None and observed.ledger.release is None
    return first and observed.group is not None and observed.group.desired > 0
