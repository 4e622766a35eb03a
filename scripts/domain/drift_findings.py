"""Where an environment differs from what it should be."""

from dataclasses import dataclass

from scripts.domain.plan_changes import Change


@dataclass(frozen=True)
class Drift:
    """Where an environment stands; every text is one line.

    Attributes:
        busy: what is under way, so that nothing was judged; empty where nothing is.
        ahead: what main has and the environment has not: it waits for somebody or something.
        fleet: what keeps instances and answers from being the recorded release, and what a
            deployment that died left.
        changes: what Terraform would put back, sorted by address.
    """

    busy: str = ""
    ahead: tuple[str, ...] = ()
    fleet: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the environment differs from its recorded state."""
        return bool(self.fleet or self.changes)
