"""How many instances must be ready and how many may exist while some are replaced.

AWS does not publish the rounding for groups. Its sister text for ECS rounds the minimum up and the
maximum down (API reference, DeploymentConfiguration), and the documented anchors of the User
Guide's "Set instance maintenance policy" agree. docs/aws.md says how to settle it.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Minimum and maximum healthy percentage, as an instance refresh or a policy gives them.

    Attributes:
        minimum: percent of the desired capacity that stays ready.
        maximum: percent that may exist; None when only the minimum is given.
    """

    minimum: int
    maximum: int | None = None

    def kept(self, desired: int) -> int:
        """Instances that must stay ready."""
        return math.ceil(desired * self.minimum / 100)

    def step(self, desired: int) -> int:
        """Instances replaced at once; at least one.

        Without a maximum as many are launched as are terminated; with one, the step fills the
        space between the instances that stay and those that may exist.
        """
        if self.maximum is None:
            return max(1, desired - self.kept(desired))
        return max(1, math.floor(desired * self.maximum / 100) - self.kept(desired))
