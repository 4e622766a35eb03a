"""Reads that do not show yet what was just written, by a seeded amount.

Source: EC2 API reference, "Eventual consistency": what a call changed may not be visible to those
that follow, for seconds or minutes. How late nobody says, so a test chooses, and nothing is late
unless one asks for it.
"""

import random
from dataclasses import dataclass, field
from typing import TypeVar

Answer = TypeVar("Answer")


@dataclass
class Lateness:
    """How late reads are.

    Attributes:
        longest: seconds; 0 shows everything at once.
        seed: of the amounts: the same one makes the same things equally late.
    """

    longest: float = 0.0
    seed: int = 0
    _answers: dict[str, list[tuple[float, object]]] = field(default_factory=dict)

    def of(self, what: str) -> float:
        """Return after how many seconds something that was written can be read."""
        return random.Random(f"{self.seed} {what}").uniform(0, self.longest)

    def shown(self, what: str, answer: Answer, now: float) -> Answer:
        """Return what a read of something shows: the newest answer that is old enough to be seen.

        Args:
            what: is read.
            answer: that is true now.
            now: epoch seconds.
        """
        if not self.longest:
            return answer
        known: list[tuple[float, Answer]] = self._answers.setdefault(what, [])  # type: ignore[assignment]
        known.append((now, answer))
        seen = [one for one in known if one[0] <= now - self.of(f"{what} {int(one[0])}")]
        return seen[-1][1] if seen else known[0][1]
