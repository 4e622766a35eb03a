"""What happens during one command, noted as it happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.base import clock
from scripts.base.errors import SlipwayError
from scripts.domain.observed_state import Configuration
from scripts.domain.tally import Tally
from scripts.domain.timeline import Timeline

MOVING = ("roll", "raise", "lower", "watch", "abort")
"""Acts that may replace instances."""


@dataclass(frozen=True)
class Act:
    """One act of the table, or a sign that the watcher saw."""

    at: str
    kind: str
    reason: str


@dataclass
class RunRecord:
    """One command's work on one environment.

    Attributes:
        command: `deploy`, `roll_back` or `abort`.
        environment: which one.
        run: who acts.
        began: when (UTC, ISO 8601).
        release: version that is asked for.
        target: what the latest rollout leads to.
        url: of the service, once it is known.
        acts: what was done, in its order.
        timeline: what became of each instance.
        smoke: what the smoke requests of each rollout met, by whose answer it was.
        log: last lines of the instance that failed.
        going_back_failed: whether AWS could not put the group back, and no later roll did.
        error: what the command ended with; None where it is done.
        code: its exit code.
        ended: when.
    """

    command: str
    environment: str
    run: str
    began: str
    release: str = ""
    target: Configuration | None = None
    url: str = ""
    acts: list[Act] = field(default_factory=list)
    timeline: Timeline = field(default_factory=Timeline)
    smoke: list[Mapping[str, Tally]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    going_back_failed: bool = False
    error: SlipwayError | None = None
    code: int = 0
    ended: str = ""

    def act(self, kind: str, reason: str) -> None:
        """Note an act or a sign."""
        self.acts.append(Act(clock.now(), kind, reason))

    @property
    def moved(self) -> bool:
        """Whether anything was done that may replace instances."""
        return any(act.kind in MOVING for act in self.acts)

    @property
    def headline(self) -> str:
        """What failed, or was done, and where it stands now; one line."""
        if self.error:
            which = f": {self.error.which[0]}" if self.code == REFUSED and self.error.which else ""
            return f"{self.error.what}{which}"
        if self.code == INTERRUPTED:
            return f"interrupted: what was started on {self.environment} continues in AWS"
        done = f"{self.environment} runs {self.release}"
        if not self.moved:
            return f"{done}, as before: nothing was to be done, and it was verified"
        return f"{done} on every instance, verified"


REFUSED, INTERRUPTED = 3, 130
