"""Roll an environment of a clone, and take down what happened when."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bench import clones
from bench.bounds import Bound, Span, lower_bound
from bench.clones import Ran
from emulator.aws.groups.limits import Limits
from emulator.server import clock
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.domain.breaker import LAUNCH
from scripts.domain.facts import Facts, parse
from tests.checkout import Checkout
from tests.emulator.live.edits import Edit
from tests.emulator.live.scene import Scene
from tests.load.answers import Answers

TERMINATION = re.compile(r"^Terminating EC2 instance: i-")
GAVE_UP = re.compile(r"(?P<moment>\S+Z) +\d+ s  boot failed with status")
"""The boot script's own words, with its own moment (UTC, to the second)."""


@dataclass(frozen=True)
class Rollout:
    """A rollout that went well.

    Attributes:
        seconds: from the command to its end.
        bake: seconds of that for which the whole new fleet was watched.
        bound: what the instances needed.
    """

    seconds: float
    bake: float
    bound: Bound

    @property
    def times(self) -> float:
        """How many times as long as the lower bound it took."""
        return self.seconds / self.bound.seconds


@dataclass(frozen=True)
class RollBack:
    """A rollback, and seconds from the command to its first write and to its refresh."""

    rollout: Rollout
    hold: float
    refresh: float


@dataclass(frozen=True)
class BadRelease:
    """A release that was taken back.

    Attributes:
        decision: seconds from the first bad sign until the refresh turned round.
        whole: seconds from it until the command ended, every instance verified.
        asked: requests that came meanwhile.
        lost: those of them that failed.
        reason: why AWS went back, in its own words.
    """

    decision: float
    whole: float
    asked: int
    lost: int
    reason: str


class Rolling:
    """One environment of a clone's emulator.

    Args:
        clone: whose emulator has the environment up.
        environment: its name.
    """

    def __init__(self, clone: Checkout, environment: str) -> None:
        self._clone = clone
        self._scene = Scene(clone, environment)
        self._project = Project.load(clone.folder)

    def release(self) -> Rollout:
        """Deploy a release that is well.

        Raises:
            SlipwayError: it did not end well.
        """
        with self._scene.titled():
            ran = self._make("deploy")
        return self._rollout(ran)

    def go_back(self) -> RollBack:
        """Go back to the release before, then lift the hold.

        Raises:
            SlipwayError: it did not end well.
        """
        ran = self._make("roll-back")
        held = self._scene.held_since()
        refresh = self._scene.refresh()["StartTime"].timestamp()
        rollout = self._rollout(ran)
        self._make("unhold")
        return RollBack(rollout, held - ran.begun, refresh - ran.begun)

    def bad_release(self, edit: Edit, sign: "Sign") -> BadRelease:
        """Deploy a release that is not well, under load.

        Args:
            edit: what is wrong with it.
            sign: finds the moment of the first bad sign.

        Raises:
            SlipwayError: it was not taken back, or nothing bad was to be seen.
        """
        with self._scene.load() as load, self._scene.edited(*edit):
            ran = self._make("deploy", code=1)
        answers, first = load.answers, sign(ran, load.answers)
        turned = self._scene.refresh()["RollbackDetails"]
        return BadRelease(
            decision=turned["RollbackStartTime"].timestamp() - first,
            whole=ran.ended - first,
            asked=len(answers),
            lost=len(answers.failed),
            reason=turned["RollbackReason"],
        )

    def _make(self, target: str, code: int = 0) -> Ran:
        return clones.run(self._clone, target, f"ENV={self._scene.environment}", code=code)

    def _rollout(self, ran: Ran) -> Rollout:
        preferences = self._scene.refresh()["Preferences"]
        limits = Limits(preferences["MinHealthyPercentage"], preferences["MaxHealthyPercentage"])
        bound = lower_bound(
            list(self._spans(LAUNCH, ran)),
            list(self._spans(TERMINATION, ran)),
            at_once=limits.step(self._scene.desired()),
            settle_seconds=self._facts().rollout.settle_seconds,
            warmup_seconds=clock().shortened(preferences["InstanceWarmup"]),
        )
        return Rollout(ran.seconds, clock().shortened(preferences["BakeTime"]), bound)

    def _spans(self, description: re.Pattern[str], ran: Ran) -> Iterator[Span]:
        """What AWS noted of instances that came or left while a command ran."""
        pages = self._scene.client("autoscaling").get_paginator("describe_scaling_activities")
        for page in pages.paginate(AutoScalingGroupName=self._scene.group):
            for activity in page["Activities"]:
                begun = activity["StartTime"].timestamp()
                if description.match(activity["Description"]) and begun >= ran.begun:
                    # A rollback may end while the last one drains: it took no more than that.
                    ended = activity.get("EndTime")
                    yield Span(begun, min(ended.timestamp(), ran.ended) if ended else ran.ended)

    def _facts(self) -> Facts:
        return parse(self._scene.record("facts"))


Sign = Callable[[Ran, Answers], float]
"""The moment of the first bad sign, epoch seconds, by what a command said and a load met."""


def gave_up(ran: Ran, _: Answers) -> float:
    """Return when the first new instance found that it cannot boot, before it told anybody.

    Raises:
        SlipwayError: none has.
    """
    found = GAVE_UP.search(ran.progress)
    if found is None:
        raise SlipwayError(
            "no instance has said that its boot failed",
            which=ran.progress,
            next_step="The words are those of infra/modules/service/user_data.sh: compare them.",
        )
    return datetime.fromisoformat(found["moment"]).timestamp()


def answered_badly(ran: Ran, answers: Answers) -> float:
    """Return when the first bad answer came.

    Raises:
        SlipwayError: none did.
    """
    if not answers.failed:
        raise SlipwayError(
            "no request met the bad release",
            which=ran.progress,
            next_step="The load asks for / and /version: the edit has to break one of them.",
        )
    first = min(answer.due + answer.seconds for answer in answers.failed)
    return first + time.time() - time.monotonic()
