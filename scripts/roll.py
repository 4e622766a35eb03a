"""Rolling a group to a template version, and watching it with a breaker of our own.

AWS's success is `Successful` and nothing else; percentages and reasons are shown, never judged.
Losing contact is left to the caller: what happened is then unknown, never failed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from scripts import breaker, clock, verify
from scripts.aws import Clients
from scripts.breaker import Activity, Bad
from scripts.console import say
from scripts.errors import SlipwayError
from scripts.evidence import last_words
from scripts.facts import Facts
from scripts.look import look_at_group
from scripts.preferences import preferences
from scripts.world import ACTIVE, GOING_BACK, Configuration, Group

POLL_SECONDS = 1.0
ALARM_SECONDS = 300
LAUNCH_MARGIN_SECONDS = 180
ACTIVITIES = 50


@dataclass
class Roll:
    """A rollout under watch.

    Attributes:
        clients: AWS.
        facts: of the environment.
        target: what every instance becomes.
        since: when it began (UTC, ISO 8601).
        check: called at every look; raises where the rollout is no longer ours.
    """

    clients: Clients
    facts: Facts
    target: Configuration
    since: str
    check: Callable[[], None] = field(default=lambda: None)


class RollError(SlipwayError):
    """A rollout did not end well; AWS may or may not have put the group back.

    Attributes:
        judged: whether it says something about the release; a lack of capacity does not.
    """

    def __init__(self, cause: str, evidence: list[str], *, judged: bool = True) -> None:
        super().__init__(cause, which=evidence)
        self.judged = judged


def start(clients: Clients, facts: Facts, group: Group, number: int, *, gated: bool) -> str:
    """Start an instance refresh to a numbered template version and return its id.

    Args:
        clients: AWS.
        facts: of the environment.
        group: as it is now.
        number: the template version.
        gated: whether alarms may stop it; going back never needs them to be OK.
    """
    if gated:
        _wait_for_alarms(clients, facts.alarms)
    answer = clients.autoscaling.start_instance_refresh(
        AutoScalingGroupName=facts.group,
        Strategy="Rolling",
        DesiredConfiguration={
            "LaunchTemplate": {"LaunchTemplateName": facts.template, "Version": str(number)}
        },
        Preferences=preferences(facts.rollout, group.desired, facts.alarms, gated=gated),
    )
    return answer["InstanceRefreshId"]


def watch(roll: Roll, refresh_id: str) -> None:
    """Watch a refresh to its end.

    Raises:
        RollError: it did not end `Successful`; the cause is the first bad sign that was seen.
    """
    bad: Bad | None = None
    evidence: list[str] = []
    verified = False
    for refresh in _refreshes(roll, refresh_id):
        if refresh["Status"] in GOING_BACK or bad:
            continue
        bad = _bad_sign(roll)
        if refresh["Status"] == "Baking" and not bad and not verified:
            bad = _wrong_while_baking(roll)
            verified = bad is None
        if bad:
            say(f"going back: {bad.cause}", style="red")
            evidence = last_words(roll.clients, roll.facts, bad.instance)
            go_back(roll.clients, roll.facts)
    if refresh["Status"] != "Successful":
        # Somebody who took over has aborted it: that is no judgement of the release.
        roll.check()
        cause = bad.cause if bad else refresh.get("StatusReason") or "no reason given"
        raise RollError(f"{cause} (AWS: {refresh['Status']})", evidence)


def watch_until_over(
    clients: Clients, facts: Facts, refresh_id: str, check: Callable[[], None] = lambda: None
) -> str:
    """Wait for the end of a refresh that is not ours to judge, and return its status."""
    roll = Roll(clients, facts, Configuration("", ""), "", check)
    status = ""
    for refresh in _refreshes(roll, refresh_id):
        status = refresh["Status"]
    return status


def watch_launch(roll: Roll) -> None:
    """Watch the first instances come up.

    Raises:
        RollError: one did not, or they took longer than a boot may take.
    """
    limit = roll.facts.rollout.boot_deadline_seconds + LAUNCH_MARGIN_SECONDS
    end = clock.seconds() + limit
    shown = ""
    while True:
        roll.check()
        group = look_at_group(roll.clients, roll.facts)
        shown = _show(_states(group), shown)
        found = _all_bad(roll, group)
        if bad := breaker.trips(found, roll.facts.rollout.failed_instances):
            raise RollError(bad.cause, last_words(roll.clients, roll.facts, bad.instance))
        if not verify.fleet_problems(group, roll.target):
            return
        if clock.seconds() > end:
            causes = [one.cause for one in found] or verify.fleet_problems(group, roll.target)
            raise RollError(f"not in service after {limit} s", causes, judged=not found)
        clock.pause(POLL_SECONDS)


def go_back(clients: Clients, facts: Facts) -> None:
    """Ask AWS to put the group back to its saved configuration; harmless where nothing runs."""
    autoscaling = clients.autoscaling
    try:
        autoscaling.rollback_instance_refresh(AutoScalingGroupName=facts.group)
    except autoscaling.exceptions.IrreversibleInstanceRefreshFault:
        # Started by somebody else without a numbered configuration: stopping it is all AWS offers.
        autoscaling.cancel_instance_refresh(AutoScalingGroupName=facts.group)
    except autoscaling.exceptions.ActiveInstanceRefreshNotFoundFault:
        return


def _refreshes(roll: Roll, refresh_id: str) -> Iterator[Any]:
    """Yield a refresh at every look, its terminal status last."""
    shown = ""
    while True:
        roll.check()
        answer = roll.clients.autoscaling.describe_instance_refreshes(
            AutoScalingGroupName=roll.facts.group, InstanceRefreshIds=[refresh_id]
        )
        refresh = answer["InstanceRefreshes"][0]
        percentage = refresh.get("PercentageComplete", 0)
        line = f"{refresh['Status']} {percentage} % {refresh.get('StatusReason', '')}".rstrip()
        shown = _show(line, shown)
        yield refresh
        if refresh["Status"] not in ACTIVE:
            return
        clock.pause(POLL_SECONDS)


def _show(line: str, shown: str) -> str:
    if line != shown:
        say(f"  {line}")
    return line


def _states(group: Group) -> str:
    return ", ".join(f"{i.id} {i.state}" for i in group.instances) or "no instance yet"


def _bad_sign(roll: Roll) -> Bad | None:
    found = _all_bad(roll, look_at_group(roll.clients, roll.facts))
    return breaker.trips(found, roll.facts.rollout.failed_instances)


def _all_bad(roll: Roll, group: Group) -> list[Bad]:
    activities = _activities(roll)
    return breaker.bad_instances(activities, group.instances, roll.target, roll.since)


def _activities(roll: Roll) -> list[Activity]:
    answer = roll.clients.autoscaling.describe_scaling_activities(
        AutoScalingGroupName=roll.facts.group, MaxRecords=ACTIVITIES
    )
    return [
        Activity(
            id=activity["ActivityId"],
            description=activity.get("Description", ""),
            status=activity["StatusCode"],
            message=activity.get("StatusMessage", ""),
            started=clock.iso(activity["StartTime"]),
        )
        for activity in answer["Activities"]
    ]


def _wrong_while_baking(roll: Roll) -> Bad | None:
    wrong = verify.problems(
        lambda: look_at_group(roll.clients, roll.facts),
        roll.facts.url,
        roll.target,
        patience_seconds=roll.facts.rollout.drain_seconds,
    )
    return Bad("", f"verification while baking: {'; '.join(wrong)}") if wrong else None


def _wait_for_alarms(clients: Clients, names: tuple[str, ...]) -> None:
    """AWS refuses to start a refresh while one of its alarms is not OK (API_AlarmSpecification)."""
    end = clock.seconds() + ALARM_SECONDS
    shown = ""
    while not_ok := _not_ok(clients, names):
        if clock.seconds() > end:
            raise SlipwayError(
                "alarms that gate the rollout are not OK",
                which=not_ok,
                next_step="Nothing was rolled. Find out why, or roll back: make roll-back",
            )
        shown = _show(f"waiting for alarms to be OK: {', '.join(not_ok)}", shown)
        clock.pause(POLL_SECONDS)


def _not_ok(clients: Clients, names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    try:
        answer = clients.cloudwatch.describe_alarms(AlarmNames=list(names))
    except ClientError as error:
        return [str(error)]
    states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in answer["MetricAlarms"]}
    return [
        f"{name} is {states.get(name, 'missing')}" for name in names if states.get(name) != "OK"
    ]
