"""What `doctor` says of a guarantee that this repository's documents promise."""

from dataclasses import dataclass
from typing import Literal

State = Literal["in force", "not in force", "cannot be seen"]


@dataclass(frozen=True)
class Finding:
    """One guarantee, and whether it holds.

    Attributes:
        guarantee: a sentence that is true while it is in force: "dev takes main alone".
        state: whether it is.
        detail: what was seen, and the consequence where it is not in force.
        fix: what to do, as a command where there is one; empty while it is in force.
        offered: whether it can be had at all; False where the plan of the repository or of the
            account has no such thing, which is told and is nobody's failure.
    """

    guarantee: str
    state: State
    detail: str = ""
    fix: str = ""
    offered: bool = True

    @property
    def broken(self) -> bool:
        """Whether it was seen not to be in force, and could be."""
        return self.state == "not in force" and self.offered

    @property
    def fails(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.state != "in force" and self.offered


Section = tuple[str, list[Finding]]
"""What findings are about, such as "GitHub: owner/name", and they."""
