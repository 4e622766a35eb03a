"""Processes of a group that somebody has suspended, and what a rollout meets because of it.

Source: EC2 Auto Scaling User Guide, "Suspend and resume Amazon EC2 Auto Scaling processes", table
"Types of processes". Suspending InstanceRefresh is this repository's own pause.
"""

from dataclasses import dataclass

from scripts.domain.observed_state import Group

PAUSE = "InstanceRefresh"


@dataclass(frozen=True)
class Process:
    """A process of a group.

    Attributes:
        consequence: of its suspension.
        needed: whether no rollout can work without it.
    """

    consequence: str
    needed: bool = False


PROCESSES = {
    "Launch": Process("no instance is launched, so none is replaced", needed=True),
    "Terminate": Process("no instance is ended, so old ones stay", needed=True),
    "AddToLoadBalancer": Process("new instances get no requests", needed=True),
    "HealthCheck": Process(
        "no instance is ever called unhealthy, so a bad release stays", needed=True
    ),
    "ReplaceUnhealthy": Process("instances that die are not replaced"),
    "AlarmNotification": Process("the fleet neither grows nor shrinks with its load"),
    "AZRebalance": Process("instances are not spread over the zones again"),
    "ScheduledActions": Process("scheduled changes of the capacity do not happen"),
}
UNKNOWN = Process("the group does not do what it is for")


def sentences(group: Group, name: str, *, needed_only: bool = False) -> list[str]:
    """Return a line for each suspended process: its consequence, and the command that lifts it.

    Args:
        group: as it is.
        name: of the group, in AWS.
        needed_only: leave out those without which a rollout works.
    """
    found = {one: PROCESSES.get(one, UNKNOWN) for one in group.suspended if one != PAUSE}
    return [
        f"{one} is suspended: {process.consequence}; to lift it: aws autoscaling resume-processes "
        f"--auto-scaling-group-name {name} --scaling-processes {one}"
        for one, process in sorted(found.items())
        if process.needed or not needed_only
    ]
