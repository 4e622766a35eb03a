"""Whether a rollout should end now: a judgement over what a watcher sees.

AWS itself gives up after an hour without progress (EC2 Auto Scaling User Guide, "Instance refresh
rollback"); a first instance that its own boot has abandoned says as much within minutes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scripts.world import Configuration, Instance

NO_CAPACITY = re.compile(
    r"InsufficientInstanceCapacity|do not have sufficient|VcpuLimitExceeded|InstanceLimitExceeded"
    r"|MaxSpotInstanceCountExceeded|RequestLimitExceeded"
)
"""EC2's own words for launches that say nothing about the release."""

LAUNCH = re.compile(r"^Launching a new EC2 instance(?:: (?P<instance>i-[0-9a-f]+))?")
GAVE_UP = ("Cancelled", "Failed")


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
    def failed_launch(self) -> bool:
        """Whether it is a launch that ended badly."""
        return bool(LAUNCH.match(self.description)) and self.status in GAVE_UP


@dataclass(frozen=True)
class Bad:
    """A new instance that did not work.

    Attributes:
        instance: its id; empty where none came to be.
        cause: what AWS says.
        kind: `capacity` says nothing about the release.
    """

    instance: str
    cause: str
    kind: Literal["release", "capacity"] = "release"


def bad_instances(
    activities: Iterable[Activity], instances: Iterable[Instance], target: Configuration, since: str
) -> list[Bad]:
    """Return the new instances that did not work, one entry for each.

    Instances that were scaled in, rebalanced or replaced are none of them.

    Args:
        activities: of the group.
        instances: of the group, leaving ones included.
        target: what the new ones are.
        since: when the rollout began (UTC, ISO 8601); older activities do not count.
    """
    found: dict[str, Bad] = {}
    for activity in activities:
        if activity.failed_launch and activity.started >= since:
            kind: Literal["release", "capacity"] = (
                "capacity" if NO_CAPACITY.search(activity.message) else "release"
            )
            key = activity.instance or activity.id
            found[key] = Bad(activity.instance, activity.message or activity.status, kind)
    for instance in instances:
        if instance.configuration == target and instance.health == "Unhealthy":
            says = f", the load balancer says {instance.target_health}"
            cause = "unhealthy in service" + (says if instance.target_health else "")
            found.setdefault(instance.id, Bad(instance.id, cause))
    return list(found.values())


def trips(bad: Iterable[Bad], failed_instances: int) -> Bad | None:
    """Return the bad instance that ends the rollout, or None while it may go on.

    Args:
        bad: as `bad_instances` found them.
        failed_instances: how many it takes.
    """
    counted = [one for one in bad if one.kind == "release"]
    return counted[0] if len(counted) >= max(failed_instances, 1) else None
