"""Pausing a rollout: AWS neither launches nor terminates for it while its process is suspended.

Suspending `InstanceRefresh` holds a refresh without ending it, whatever its status, a rollback
included (User Guide, "Suspend and resume Amazon EC2 Auto Scaling processes").
"""

import re

from scripts.adapters.aws.clients import Clients
from scripts.base import place
from scripts.base.console import say
from scripts.domain.facts import Facts
from scripts.domain.observed_state import Group
from scripts.domain.suspensions import PAUSE

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def pause(clients: Clients, facts: Facts) -> None:
    """Suspend the group's instance refreshes."""
    clients.autoscaling.suspend_processes(
        AutoScalingGroupName=facts.group, ScalingProcesses=[PAUSE]
    )


def resume(clients: Clients, facts: Facts) -> None:
    """Let them go on; harmless where they do."""
    clients.autoscaling.resume_processes(AutoScalingGroupName=facts.group, ScalingProcesses=[PAUSE])


def lift(clients: Clients, facts: Facts, group: Group) -> None:
    """End a pause that would keep a bad release in service: going back is newer than the pause."""
    if group.paused:
        say(f"{sentence(group, facts.environment)}; going back ends the pause", style="yellow")
        resume(clients, facts)


def sentence(group: Group, environment: str) -> str:
    """Say since when the group is paused, and what ends it."""
    found = MOMENT.search(group.paused_because)
    since = f"paused since {found.group()}" if found else "paused"
    return f"{since}; to go on: {place.command('resume', environment)}"
