"""How many bad new instances a rollout bears: one until its canary has passed."""

from dataclasses import dataclass

from scripts.domain.facts import Rollout
from scripts.domain.observed_state import Configuration, Group


@dataclass
class Canary:
    """Whether the first new instance has stood its pause, as far as a watcher can see.

    AWS does not say when a checkpoint is over, and no page says how it rounds PercentageComplete,
    so instances are counted. It is over when, since a first new one serves, another one has been
    launched beyond the desired capacity: a refresh that keeps 100 % launches before it terminates,
    and nothing else does so, neither a growth of the group nor the replacement of a dead instance.

    Attributes:
        passed: whether it has.
    """

    passed: bool = False
    _new: int | None = None

    def see(self, group: Group, target: Configuration, status: str) -> None:
        """Take in one look.

        Args:
            group: as it is.
            target: what a new instance is.
            status: of the refresh.
        """
        well = [one for one in group.fleet if one.health != "Unhealthy"]
        new = sum(one.configuration == target for one in well)
        if self._new is None and group.serving(target):
            self._new = new
        further = self._new is not None and new > self._new
        if status == "Baking" or (further and len(well) > group.desired):
            self.passed = True

    def limit(self, rollout: Rollout) -> int:
        """Return how many bad new instances end the rollout now."""
        if rollout.canary and not self.passed:
            return 1
        return rollout.failed_instances
