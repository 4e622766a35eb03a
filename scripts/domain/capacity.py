"""Launches that AWS refused for reasons of its own: no machine, no quota, no address.

A failed launch's message carries EC2's sentence without its error code, so each is known by its
words, as somebody has published them.
"""

import re
from dataclasses import dataclass

from scripts.base import place
from scripts.domain.facts import Rollout
from scripts.domain.observed_state import Group

VCPUS = "You have requested more vCPU capacity than your current vCPU limit of (?P<limit>\\d+)"
REFUSALS = {
    VCPUS: "an activity's StatusMessage in kubernetes/kops#15778",
    "You have requested more instances \\(\\d+\\) than your current instance limit": (
        "an activity's StatusMessage in kubernetes/autoscaler#1263"
    ),
    "Your quota allows for \\d+ more running instance": (
        "Auto Scaling's RunInstances in CloudTrail, quintilesims/layer0#273"
    ),
    "We currently do not have sufficient \\S+ capacity": (
        "InsufficientInstanceCapacity's message in ITISFoundation/osparc-simcore#3629; "
        "EC2 Auto Scaling User Guide, Troubleshoot: EC2 instance launch failures"
    ),
    "There are not enough free addresses in subnet": (
        "an activity's StatusMessage in PrairieLearn/PrairieLearn#3271"
    ),
    "Request limit exceeded": (
        "RequestLimitExceeded's message on ec2:RunInstances in CloudSnorkel/cdk-github-runners#946"
    ),
    "Your account is currently being verified": (
        "PendingVerification's message in galaxyproject/cloudlaunch#150; that a group's activities "
        "show it: kubernetes/kops#3606"
    ),
    "Your request for accessing resources in this region is being validated": (
        "PendingVerification's message in skyplane-project/skyplane#799"
    ),
}
"""EC2's words (a regular expression) for launches that say nothing about a release, each with
where they were seen."""

QUOTA = 'the quota L-1216C47A, "Running On-Demand Standard instances"'
_REFUSED = re.compile("|".join(REFUSALS))


@dataclass(frozen=True)
class Need:
    """What a rollout needs at most.

    Attributes:
        instances: at once, launched before the old ones end.
        vcpus: of all of them; 0 where no instance has told its own yet.
    """

    instances: int
    vcpus: int


def refused(message: str) -> bool:
    """Whether EC2 says that it has no machine, or that the account may have none, at the moment.

    Args:
        message: a scaling activity's StatusMessage.
    """
    return _REFUSED.search(message) is not None


def need(group: Group, rollout: Rollout) -> Need:
    """Return what rolling the whole group needs."""
    instances = -(-group.desired * rollout.max_healthy_percentage // 100)
    return Need(instances, instances * max((one.vcpus for one in group.instances), default=0))


def explained(message: str, needed: Need) -> str:
    """Return AWS's words, with the name of the quota where they are about one.

    Args:
        message: as `refused` takes it.
        needed: by the rollout.
    """
    found = re.search(VCPUS, message)
    if found is None:
        return message
    takes = f"{needed.vcpus} vCPUs" if needed.vcpus else "the vCPUs of them all"
    return (
        f"{message} This is {QUOTA}: {found['limit']} vCPUs for all that the account runs in the "
        f"region, and this rollout takes {takes} ({needed.instances} instances at once). What "
        f"every environment takes, and how to ask for more: {place.command('doctor')}"
    )
