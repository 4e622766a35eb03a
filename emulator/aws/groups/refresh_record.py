"""An instance refresh: what was asked and how far it is."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from emulator.aws.clock import moment
from emulator.aws.groups.limits import Limits
from emulator.aws.groups.member import TemplateVersion

ACTIVE = frozenset({"Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"})


@dataclass(frozen=True)
class Preferences:
    """Preferences of a refresh with every default filled in; durations in AWS seconds."""

    limits: Limits
    warmup: float
    checkpoints: tuple[int, ...] = ()
    checkpoint_delay: float = 3600
    bake: float = 0
    skip_matching: bool = False
    auto_rollback: bool = False
    protected: str = "Wait"
    standby: str = "Wait"
    alarms: tuple[str, ...] = ()

    def answer(self) -> dict[str, Any]:
        """The preferences as the API answers them."""
        answer: dict[str, Any] = {
            "MinHealthyPercentage": self.limits.minimum,
            "MaxHealthyPercentage": self.limits.maximum,
            "InstanceWarmup": int(self.warmup),
            "SkipMatching": self.skip_matching,
            "AutoRollback": self.auto_rollback,
            "ScaleInProtectedInstances": self.protected,
            "StandbyInstances": self.standby,
            "BakeTime": int(self.bake),
        }
        if self.checkpoints:
            answer["CheckpointPercentages"] = list(self.checkpoints)
            answer["CheckpointDelay"] = int(self.checkpoint_delay)
        if self.alarms:
            answer["AlarmSpecification"] = {"Alarms": list(self.alarms)}
        return answer


@dataclass(frozen=True)
class Rollback:
    """Why and when a refresh began to roll back, and how far it was."""

    reason: str
    started: float
    percentage: int
    to_update: int

    def answer(self) -> dict[str, Any]:
        """The details as the API answers them."""
        return {
            "RollbackReason": self.reason,
            "RollbackStartTime": moment(self.started),
            "PercentageCompleteOnRollback": self.percentage,
            "InstancesToUpdateOnRollback": self.to_update,
        }


@dataclass
class Refresh:
    """One instance refresh.

    Attributes:
        preferences: how it proceeds.
        desired: the version of the desired configuration; None when none was given.
        asked: the desired configuration as it was asked, for the answer.
        started: epoch seconds.
        moved: epoch second of the last progress; an hour without any fails the refresh.
        present: ids of the instances that the group had when it started.
        old: ids of the instances that have to go; a rollback turns this round.
        ignored: ids of protected instances that are left alone.
        status: AWS's status.
        reason: AWS's StatusReason.
        percentage: PercentageComplete.
        to_update: InstancesToUpdate.
        done: instances that count as replaced.
        passed: the highest checkpoint that was reached, in percent.
        paused_until: epoch second at which a checkpoint's delay ends.
        bakes_until: epoch second at which the bake time ends.
        rollback: details once it rolls back.
        ended: epoch seconds; None while it is active.
    """

    preferences: Preferences
    desired: TemplateVersion | None
    asked: dict[str, Any] | None
    started: float
    moved: float
    present: set[str]
    old: set[str]
    ignored: set[str] = field(default_factory=set)
    status: str = "Pending"
    reason: str = ""
    percentage: int = 0
    to_update: int = 0
    done: int = 0
    passed: int = 0
    paused_until: float | None = None
    bakes_until: float | None = None
    rollback: Rollback | None = None
    ended: float | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def active(self) -> bool:
        """Whether it still runs, so that no other can start."""
        return self.status in ACTIVE

    @property
    def launches_from(self) -> TemplateVersion | None:
        """What launches use while it is active; None means the group's own version.

        Source: User Guide, "How an instance refresh works": a scale-out during a refresh uses the
        desired configuration.
        """
        return None if self.rollback is not None else self.desired

    def end(self, status: str, now: float, reason: str = "") -> None:
        """End the refresh."""
        self.status, self.reason, self.ended = status, reason, now

    def answer(self, group_name: str) -> dict[str, Any]:
        """The refresh as the API answers it."""
        return {
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": group_name,
            "Status": self.status,
            "StatusReason": self.reason or None,
            "StartTime": moment(self.started),
            "EndTime": None if self.ended is None else moment(self.ended),
            "PercentageComplete": self.percentage,
            "InstancesToUpdate": self.to_update,
            "Preferences": self.preferences.answer(),
            "DesiredConfiguration": self.asked,
            "RollbackDetails": None if self.rollback is None else self.rollback.answer(),
            "Strategy": "Rolling",
        }
