"""How many bad new instances a rollout bears: one until its canary has passed."""

from dataclasses import dataclass

from scripts.domain.facts import Rollout
from scripts.domain.observed_state import Group
from scripts.domain.refresh_preferences import canary_percentage
from scripts.domain.timeline import Timeline


@dataclass
class Canary:
    """Whether the first new instance has stood its pause, as far as a watcher can see.

    AWS does not say when a checkpoint is over. It is, when more is counted as replaced than the
    canary, or when another new instance has been launched that no growth of the group explains.

    Attributes:
        passed: whether it has.
    """

    passed: bool = False
    _launched: int | None = None
    _desired: int = 0

    def see(self, group: Group, timeline: Timeline, percentage: int, status: str) -> None:
        """Take in one look.

        Args:
            group: as it is.
            timeline: of its instances.
            percentage: the refresh's PercentageComplete.
            status: its status.
        """
        checkpoint = canary_percentage(group.desired)
        launched = sum(life.new for life in timeline.lives.values())
        if status == "Baking" or percentage > checkpoint:
            self.passed = True
        elif percentage == checkpoint and self._launched is None:
            self._launched, self._desired = launched, group.desired
        elif self._launched is not None:
            grown = max(0, group.desired - self._desired)
            self.passed |= launched > self._launched + grown

    def limit(self, rollout: Rollout) -> int:
        """Return how many bad new instances end the rollout now."""
        if rollout.canary and not self.passed:
            return 1
        return rollout.failed_instances
