"""Smoke requests while a rollout is watched: bad answers by the new release end it.

One connection at a time asks for `/` as a visitor does, with a pause between two requests. Every
answer of the service names its instance, so it is known whose it is; only answers of new instances
count. An answer that names no instance (refused, timed out, written by the load balancer) counts
where it can only be the new release's: no old instance serves any more, or since the first such
answer every old instance has answered well and a new one has not. Else it is told and not judged:
an old instance that dies must not end a rollout, and alarms see it too (decision 0031).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from scripts.base import clock
from scripts.base.console import say
from scripts.domain.breaker import InstanceFailure
from scripts.domain.observed_state import Configuration, Group
from scripts.domain.tally import Tally
from scripts.operations import answers
from scripts.operations.answers import Answer

ENOUGH = 2
"""Bad answers that end a rollout."""

WINDOW_SECONDS = 60
"""Within which they have to come: over an hour's bake two hiccups are no sign."""

LONGEST_PAUSE_SECONDS = 0.5
SHORTEST_PAUSE_SECONDS = 0.1
UNNAMED = "an unnamed answer"


@dataclass(frozen=True)
class Miss:
    """A bad answer: when it was asked for (seconds of the clock), and whether an old one served."""

    begun: float
    answer: Answer
    old_served: bool


@dataclass(frozen=True)
class Seen:
    """Who serves, as the latest look at the group found it: in service and healthy to both."""

    new: frozenset[str] = frozenset()
    old: frozenset[str] = frozenset()


@dataclass
class Smoke:
    """Asks, remembers, and judges; one thread asks while another looks and judges.

    Attributes:
        url: of the service.
        target: what a new instance is.
        judges: whether bad answers may end the rollout; going back to what was verified is only
            watched, because it must not depend on what is wrong at the moment.
    """

    url: str
    target: Configuration
    judges: bool = True
    tallies: dict[str, Tally] = field(default_factory=dict)
    _seen: Seen = field(default_factory=Seen)
    _roles: dict[str, str] = field(default_factory=dict)
    _bad: list[Miss] = field(default_factory=list)
    _good: dict[str, float] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pause_seconds(self) -> float:
        """Between two requests: shorter for a large fleet, where few requests meet a new one."""
        serving = len(self._seen.new) + len(self._seen.old)
        return max(SHORTEST_PAUSE_SECONDS, min(LONGEST_PAUSE_SECONDS, 1 / max(serving, 1)))

    def see(self, group: Group) -> None:
        """Take in who is new and who serves."""
        serving = {i.id for i in group.fleet if i.serves and i.target_health == "healthy"}
        new = {i.id for i in group.instances if i.configuration == self.target}
        with self._lock:
            self._roles |= {i.id: "new" if i.id in new else "old" for i in group.instances}
            self._seen = Seen(frozenset(serving & new), frozenset(serving - new))

    def ask_once(self) -> None:
        """Ask once, unless no instance serves yet."""
        with self._lock:
            seen = self._seen
        if not (seen.new or seen.old):
            return
        begun = clock.seconds()
        answer = answers.ask(self.url)
        with self._lock:
            self._note(begun, answer, seen)

    def _note(self, begun: float, answer: Answer, seen: Seen) -> None:
        role = self._roles.get(answer.instance, "unknown") if answer.instance else UNNAMED
        tally = self.tallies.setdefault(role, Tally())
        tally.asked += 1
        if not answer.problem:
            self._good[answer.instance] = begun
            return
        tally.bad += 1
        # Before a new instance serves, an answer without a name is none of its.
        if answer.instance or seen.new:
            self._bad.append(Miss(begun, answer, bool(seen.old)))

    def verdict(self) -> InstanceFailure | None:
        """Return what ends the rollout, or None; says the first bad answer of each kind."""
        with self._lock:
            since = clock.seconds() - WINDOW_SECONDS
            self._bad = [miss for miss in self._bad if miss.begun >= since]
            self._tell()
            return (self._of_new() or self._of_nobody()) if self.judges else None

    def _of_new(self) -> InstanceFailure | None:
        found = [m.answer for m in self._bad if self._roles.get(m.answer.instance) == "new"]
        if len(found) < ENOUGH:
            return None
        last = found[-1]
        cause = f"{last.instance} answers / badly: {last.problem} ({len(found)} bad answers)"
        return InstanceFailure(last.instance, cause)

    def _of_nobody(self) -> InstanceFailure | None:
        unnamed = [miss for miss in self._bad if not miss.answer.instance]
        alone = [miss for miss in unnamed if not miss.old_served]
        if len(alone) >= ENOUGH:
            return self._blamed(alone)
        if len(unnamed) < ENOUGH or not self._seen.old:
            return None
        begun = unnamed[0].begun
        old_ones_answer = all(self._good.get(id_, 0) > begun for id_ in self._seen.old)
        return self._blamed(unnamed) if old_ones_answer and self._silent(begun) else None

    def _blamed(self, misses: list[Miss]) -> InstanceFailure:
        instance = self._silent(misses[0].begun)
        who = instance or "the new release"
        cause = f"{who} does not answer /: {misses[-1].answer.problem} ({len(misses)} times)"
        return InstanceFailure(instance, cause)

    def _silent(self, since: float) -> str:
        """A new instance that has not answered well since; empty where all have."""
        silent = (id_ for id_ in sorted(self._seen.new) if self._good.get(id_, 0) <= since)
        return next(silent, "")

    def _tell(self) -> None:
        for answer in (miss.answer for miss in self._bad):
            role = self._roles.get(answer.instance, "unknown") if answer.instance else UNNAMED
            key = f"{role} {answer.problem}"
            if key not in self._told:
                self._told.add(key)
                who = f"{answer.instance} ({role})" if answer.instance else role
                say(f"  bad answer by {who}: {answer.problem}", style="yellow")


@contextmanager
def asking(smoke: Smoke) -> Iterator[None]:
    """Keep asking while the block runs."""
    done = threading.Event()
    thread = threading.Thread(target=_work, args=(smoke, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(answers.SECONDS)


def _work(smoke: Smoke, done: threading.Event) -> None:
    while not done.wait(smoke.pause_seconds):
        smoke.ask_once()
