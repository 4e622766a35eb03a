"""What became of each instance, as the watcher saw it."""

from dataclasses import dataclass, field
from typing import Literal

from scripts.domain.observed_state import Configuration, Group, Instance

Phase = Literal["launch", "boot", "warm-up", "service", "drain"]
PHASES: tuple[Phase, ...] = ("launch", "boot", "warm-up", "service", "drain")


@dataclass
class Span:
    """A phase of an instance's life: from when until when (UTC, ISO 8601).

    Attributes:
        phase: which one.
        begin: when it was first seen, or when AWS says that it began.
        end: when the next one was; None while it lasts.
    """

    phase: Phase
    begin: str
    end: str | None = None


@dataclass
class Life:
    """One instance.

    Attributes:
        id: `i-…`.
        zone: availability zone.
        release: version of its release.
        new: whether it is what the latest rollout leads to.
        spans: its phases, in their order.
        cause: what went wrong with it; empty where nothing did.
    """

    id: str
    zone: str
    release: str
    new: bool
    spans: list[Span] = field(default_factory=list)
    cause: str = ""

    @property
    def phase(self) -> Phase:
        """Its present or last phase."""
        return self.spans[-1].phase

    @property
    def gone(self) -> bool:
        """Whether the group has it no more."""
        return self.spans[-1].end is not None

    @property
    def ever_served(self) -> bool:
        """Whether it was in service at any time."""
        return any(span.phase in ("warm-up", "service") for span in self.spans)

    def enter(self, phase: Phase, at: str) -> bool:
        """Begin a phase; whether it is another one than before."""
        if self.spans and (self.phase == phase or PHASES.index(phase) < PHASES.index(self.phase)):
            return False
        self.leave(at)
        self.spans.append(Span(phase, at))
        return True

    def leave(self, at: str) -> None:
        """End the present phase."""
        if self.spans and self.spans[-1].end is None:
            self.spans[-1].end = at


class Timeline:
    """The lives of a group's instances during one command."""

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self._began = ""

    def see(self, at: str, group: Group, target: Configuration) -> list[Life]:
        """Take in one look and return the instances that changed their phase.

        Args:
            at: when (UTC, ISO 8601).
            group: as it is.
            target: what the rollout leads to.
        """
        changed: dict[str, Life] = {}
        first, self._began = not self._began, self._began or at
        for instance in group.instances:
            life = self.lives.get(instance.id)
            if life is None:
                life = Life(instance.id, instance.zone, instance.release, new=False)
                self.lives[instance.id] = life
            life.new = instance.configuration == target
            life.release = instance.release
            began = at
            if life.new and not life.spans and self._began <= instance.launched < at:
                # Looks come later than AWS acts.
                began = instance.launched
            if life.enter(_phase(instance, life, known=first), began):
                changed[life.id] = life
        changed |= {life.id: life for life in self._warmed(at, group)}
        present = {instance.id for instance in group.instances}
        for life in self.lives.values():
            if life.id not in present and not life.gone:
                life.leave(at)
                changed[life.id] = life
        return list(changed.values())

    def failed(self, instance: str, cause: str) -> None:
        """Note what went wrong with an instance; the first cause stays."""
        life = self.lives.get(instance)
        if life is not None and not life.cause:
            life.cause = cause

    def _warmed(self, at: str, group: Group) -> list[Life]:
        healthy = {one.id for one in group.fleet if one.serves and one.target_health == "healthy"}
        warming = [
            life for life in self.lives.values() if life.new and life.ever_served and not life.gone
        ]
        return [life for life in warming if life.id in healthy and life.enter("service", at)]


def _phase(instance: Instance, life: Life, *, known: bool) -> Phase:
    if not instance.stays:
        return "drain"
    if instance.state == "Pending":
        return "launch"
    if instance.state.startswith("Pending"):
        return "boot"
    # One that serves at the first look has done so before.
    return "warm-up" if life.new and not known else "service"
