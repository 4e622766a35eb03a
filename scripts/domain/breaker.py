"""Whether a rollout should end now: a judgement over what a watcher sees.

AWS itself gives up after an hour without progress (EC2 Auto Scaling User Guide, "Instance refresh
rollback"); a first instance that its own boot has abandoned says as much within minutes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scripts.domain import capacity
from scripts.domain.observed_state import Configuration, Instance

BOOT = {
    "ABANDON Result": "gave up while it booted",
    "Heartbeat Timeout": "did not end its boot in time",
}
"""Ends of AWS's message about a lifecycle hook, and what they mean here.

Source: activities in EC2 Auto Scaling's lifecycle hook tutorials, and for the second one in the
CodeDeploy User Guide, "Troubleshoot Amazon EC2 Auto Scaling issues".
"""

LAUNCH = re.compile(r"^Launching a new EC2 instance(?:: (?P<instance>i-[0-9a-f]+))?")

HOOK = "failed to complete user's Lifecycle Action"
"""AWS's words where the boot itself gave up, or never ended. A launch is `Cancelled` without them
where the instance was taken away while it booted: scaled in, rebalanced, by the refresh itself."""


@dataclass(frozen=True)
class Activity:
    """A scaling activity (DescribeScalingActivities), in AWS's words."""

    id: str
    description: str
    status: str
    message: str
    started: str

    @property
    def instance(self) -> str:
        """The instance that it launches; empty where it launches none, or none came to be."""
        match = LAUNCH.match(self.description)
        return (match["instance"] or "") if match else ""

    @property
    def cause(self) -> str:
        """What went wrong, in short where AWS's message is about the boot."""
        known = [short for words, short in BOOT.items() if self.message.endswith(words)]
        told = known[0] if known else self.message or self.status
        return f"{self.instance} {told}" if self.instance and known else told

    @property
    def launches(self) -> bool:
        """Whether it is a launch."""
        return LAUNCH.match(self.description) is not None

    @property
    def lacks_capacity(self) -> bool:
        """Whether EC2 refused it for reasons that are not the release's."""
        return capacity.refused(self.message)

    @property
    def failed_launch(self) -> bool:
        """Whether it is a launch that ended badly."""
        if not self.launches:
            return False
        return self.status == "Failed" or (self.status == "Cancelled" and HOOK in self.message)


@dataclass(frozen=True)
class InstanceFailure:
    """A new instance that did not work.

    Attributes:
        instance: its id; empty where none came to be.
        cause: which instance, and what went wrong.
        kind: `capacity` says nothing about the release.
    """

    instance: str
    cause: str
    kind: Literal["release", "capacity"] = "release"


def instance_failures(
    activities: Iterable[Activity], instances: Iterable[Instance], target: Configuration, since: str
) -> list[InstanceFailure]:
    """Return the new instances that did not work, one entry for each.

    Instances that were scaled in, rebalanced or replaced are none of them.

    Args:
        activities: of the group.
        instances: of the group, leaving ones included.
        target: what the new ones are.
        since: when the rollout began (UTC, ISO 8601); older activities do not count.
    """
    found: dict[str, InstanceFailure] = {}
    for activity in activities:
        if activity.failed_launch and activity.started >= since:
            kind: Literal["release", "capacity"] = (
                "capacity" if activity.lacks_capacity else "release"
            )
            key = activity.instance or activity.id
            found[key] = InstanceFailure(activity.instance, activity.cause, kind)
    for instance in instances:
        if instance.configuration == target and instance.health == "Unhealthy":
            says = instance.target_health or "nothing"
            cause = f"{instance.id} is unhealthy in service (the load balancer says {says})"
            found.setdefault(instance.id, InstanceFailure(instance.id, cause))
    return list(found.values())


def out_of_capacity(activities: Iterable[Activity], since: str) -> str:
    """Return AWS's words where the newest launch failed for a lack of capacity, else nothing.

    One that failed so and was tried again with success holds nothing up.

    Args:
        activities: of the group, the newest first.
        since: when the rollout began (UTC, ISO 8601).
    """
    launches = [one for one in activities if one.launches and one.started >= since]
    newest = max(launches, key=lambda one: one.started, default=None)
    if newest is None or not (newest.failed_launch and newest.lacks_capacity):
        return ""
    return newest.cause


def tripped_by(bad: Iterable[InstanceFailure], failed_instances: int) -> InstanceFailure | None:
    """Return the bad instance that ends the rollout, or None while it may go on.

    Args:
        bad: as `bad_instances` found them.
        failed_instances: how many it takes.
    """
    counted = [one for one in bad if one.kind == "release"]
    return counted[0] if len(counted) >= max(failed_instances, 1) else None
