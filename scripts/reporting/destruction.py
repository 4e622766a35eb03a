"""What would be destroyed, and the question that comes before it."""

from collections.abc import Sequence

from scripts.base.console import say, typed
from scripts.base.errors import RefusedError
from scripts.domain.plan_changes import Change

SHOWN = 80


def show(name: str, account_id: str, planned: Sequence[Change]) -> None:
    """Say what would go, one line each.

    Args:
        name: of the environment, or of the project.
        account_id: where.
        planned: by Terraform.
    """
    resources = [one.address for one in planned if not one.address.startswith("output.")]
    say(f"would destroy {len(resources)} resources of {name} in the account {account_id}:")
    for address in resources[:SHOWN]:
        say(f"  {address}")
    if len(resources) > SHOWN:
        say(f"  … and {len(resources) - SHOWN} more")


def ask(name: str) -> None:
    """Ask a person to type a name.

    Raises:
        RefusedError: it was not typed, or there is nobody to ask.
    """
    answer = typed(f"This destroys {name}. Type {name} to go on:")
    if answer == name:
        return
    why = "there is no terminal to ask at" if answer is None else f"{name} was not typed"
    raise RefusedError(
        f"nothing was changed: {why}",
        next_step="A script says that it is meant: YES=1 with make, --yes without.",
    )
