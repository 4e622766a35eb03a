"""What a rollout does about suspended processes: it says them, or does not begin."""

from scripts.base.console import say
from scripts.base.errors import RefusedError
from scripts.domain import suspensions
from scripts.domain.actions import Action, BuildImage, Publish, Raise, Roll
from scripts.domain.desired_state import DesiredState
from scripts.domain.observed_state import ObservedState

BEGINS = (BuildImage, Publish, Raise, Roll)
"""Actions on the way to a rollout."""


def refuse(observed: ObservedState, desired: DesiredState, action: Action) -> None:
    """Refuse a deploy that AWS would hold up for an hour, before it changes anything.

    Going back is not refused: it is begun all the same, and AWS goes on once they are resumed. Nor
    is what has begun before: somebody has to see how it ends.

    Raises:
        RefusedError: a process is suspended without which no rollout works.
    """
    begun = observed.ledger is not None and observed.ledger.pending is not None
    if desired.verb != "deploy" or begun or not observed.exists or not isinstance(action, BEGINS):
        return
    facts, group = observed.existing.facts, observed.existing.group
    if found := suspensions.sentences(group, facts.group, needed_only=True):
        raise RefusedError(
            "processes of the group are suspended without which no rollout works",
            which=found,
            next_step="Resume them, and run the same command again.",
        )


def tell(observed: ObservedState) -> None:
    """Say what is suspended, before a rollout waits for it."""
    facts, group = observed.existing.facts, observed.existing.group
    for line in suspensions.sentences(group, facts.group):
        say(f"  {line}", style="yellow")
