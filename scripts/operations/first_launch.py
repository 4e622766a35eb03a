"""Watching the first release come up: no refresh, the group itself launches."""

from scripts.adapters.aws import pace
from scripts.adapters.aws.observe import observe_group
from scripts.base import clock
from scripts.domain.observed_state import Group
from scripts.operations import smoke, verification
from scripts.operations.rollout_monitor import RolloutError, RolloutMonitor

MARGIN_SECONDS = 180


def watch(roll: RolloutMonitor) -> None:
    """Watch the first instances come up.

    Raises:
        RollError: one did not, or they took longer than a boot may take.
    """
    limit = roll.facts.rollout.boot_deadline_seconds + MARGIN_SECONDS
    end = clock.seconds() + limit
    with smoke.asking(roll.smoke):
        while True:
            began = clock.seconds()
            group = roll.clients.contact.tried(lambda: _look(roll))
            if group and group.desired == 0:
                roll.ours()
                raise RolloutError("the group was taken to 0 meanwhile", [], judged=False)
            if bad := roll.first_failure(group):
                raise RolloutError(bad.cause, [], log=roll.failure_log_of(bad))
            if group and not verification.fleet_problems(group, roll.target):
                return
            if group and clock.seconds() > end:
                raise _late(roll, group, limit)
            pace.wait()
            if group is None:
                # Instances that come up unseen are not late.
                end += clock.seconds() - began


def _look(roll: RolloutMonitor) -> Group:
    roll.check()
    group = observe_group(roll.clients, roll.facts)
    roll.display.show(group, f"{len(group.fleet)} of {group.desired} launched")
    roll.smoke.see(group)
    return group


def _late(roll: RolloutMonitor, group: Group, limit: int) -> RolloutError:
    found = [one.cause for one in roll.bad(group)]
    if roll.out_of_capacity:
        cause = f"not in service after {limit} s: AWS had no capacity"
        return RolloutError(cause, [roll.out_of_capacity], judged=False)
    which = found or verification.fleet_problems(group, roll.target)
    return RolloutError(f"not in service after {limit} s", which)
