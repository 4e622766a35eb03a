"""What only an environment that exists can be asked."""

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.base import place
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.facts import Facts
from scripts.domain.observed_state import ObservedState


def observe_existing(clients: Clients, project: Project, environment: str) -> ObservedState:
    """Look at an environment whose infrastructure was applied.

    Raises:
        RefusedError: it does not exist yet.
        UnknownStateError: parts of it are missing or cannot be read.
    """
    store = open_state_store(clients, project, environment)
    observed = observe(clients, store)
    if not observed.exists:
        raise _missing(project, environment)
    return observed


def facts_of(clients: Clients, project: Project, environment: str) -> Facts:
    """Return an environment's facts.

    Raises:
        RefusedError: it does not exist yet.
        UnknownStateError: they cannot be read.
    """
    facts = open_state_store(clients, project, environment).facts()
    if facts is None:
        raise _missing(project, environment)
    return facts


def _missing(project: Project, environment: str) -> RefusedError:
    return RefusedError(
        f"{project.name}-{environment} does not exist yet",
        next_step=f"Run: {place.command('up', environment)}",
    )
