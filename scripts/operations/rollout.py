"""Rolling a group to a template version, and watching it with a breaker of our own.

AWS's success is `Successful` and nothing else; reasons are shown, never judged, and how far it is
follows from the instances in service.
A look that AWS does not answer is missed, and watching goes on; contact that stays lost is left to
the caller: what happened is then unknown, never failed. The parts of watching are in this package
too.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from scripts.adapters.aws import alarms, gone, pace, pausing
from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.observe import newest_status, observe_group
from scripts.base import clock, place
from scripts.base.console import say
from scripts.base.errors import UnknownStateError
from scripts.domain.breaker import InstanceFailure
from scripts.domain.facts import Facts
from scripts.domain.observed_state import ACTIVE, ENDED_BADLY, GOING_BACK, Group
from scripts.domain.refresh_preferences import preferences
from scripts.operations import smoke, verification
from scripts.operations.rollout_monitor import RolloutError, RolloutMonitor

SEEN_SECONDS = 60
"""How long a refresh that has just been started may take to be seen."""


def start(
    clients: Clients,
    facts: Facts,
    group: Group,
    number: int,
    *,
    check: Callable[[], None],
    gated: bool,
    despite_alarms: bool = False,
) -> str:
    """Start an instance refresh to a numbered template version and return its id.

    Args:
        clients: AWS.
        facts: of the environment.
        group: as it is now.
        number: the template version.
        check: called right before it begins, and while alarms are waited for; raises where it must
            not begin any more.
        gated: whether canary, bake and alarms watch it; going back does without all three.
        despite_alarms: whether it starts and goes on whatever the alarms say.
    """
    gates = facts.alarms if gated and not despite_alarms else ()
    alarms.wait_until_ok(clients, facts.environment, gates, check)
    answer = clients.autoscaling.start_instance_refresh(
        AutoScalingGroupName=facts.group,
        Strategy="Rolling",
        DesiredConfiguration={
            "LaunchTemplate": {"LaunchTemplateName": facts.template, "Version": str(number)}
        },
        Preferences=preferences(facts.rollout, group.desired, gates, gated=gated),
    )
    return answer["InstanceRefreshId"]


def watch(roll: RolloutMonitor, refresh_id: str) -> None:
    """Watch a refresh to its end.

    Raises:
        RollError: it did not end `Successful`; the cause is the first bad sign that was seen.
    """
    bad: InstanceFailure | None = None
    log: list[str] = []
    verified = False
    contact = roll.clients.contact
    requests, began = contact.requests, clock.seconds()
    with smoke.asking(roll.smoke):
        for refresh, group, fresh in _looks(roll, refresh_id):
            if refresh["Status"] in (*GOING_BACK, *ENDED_BADLY) or bad:
                continue
            bad = roll.first_failure(group if fresh else None)
            # A group that grows meanwhile is complete a boot later; verifying waits for a drain.
            baked = fresh and refresh["Status"] == "Baking" and group.complete
            if baked and not bad and not verified:
                wrong = contact.tried(lambda: _wrong_while_baking(roll))
                verified = wrong == []
                bad = _wrong(wrong) if wrong else None
            if bad:
                say(f"going back: {bad.cause}", style="red")
                roll.run_record.act("going back", bad.cause)
                log = roll.failure_log_of(bad)
                go_back(roll.clients, roll.facts, group)
    duration = clock.seconds() - began
    say(f"  {contact.requests - requests} AWS calls in {duration:.0f} s", style="dim")
    if bad or refresh["Status"] != "Successful":
        # Somebody who took over has ended it: that is no judgement of the release.
        roll.check()
        roll.ours()
        raise _ended_badly(roll, refresh, bad, log)


def _ended_badly(
    roll: RolloutMonitor, refresh: Any, bad: InstanceFailure | None, log: list[str]
) -> RolloutError:
    status = refresh["Status"]
    roll.run_record.going_back_failed |= status == "RollbackFailed"
    cause, judged = bad.cause if bad else _reason(refresh), True
    if bad is None and roll.out_of_capacity:
        cause, judged = f"AWS had no capacity: {roll.out_of_capacity}", False
    return RolloutError(f"{cause} (AWS: {status})", [], judged=judged, log=log)


def _reason(refresh: Any) -> str:
    """AWS's sentence: why it went back, else how it ended."""
    why: str = refresh.get("RollbackDetails", {}).get("RollbackReason", "")
    return why or refresh.get("StatusReason") or "no reason given"


def watch_until_over(roll: RolloutMonitor, refresh_id: str) -> str:
    """Wait for the end of a refresh that is not ours to judge, and return its status."""
    status = ""
    for refresh, *_ in _looks(roll, refresh_id):
        status = refresh["Status"]
    roll.run_record.going_back_failed |= status == "RollbackFailed"
    return status


def go_back(clients: Clients, facts: Facts, group: Group) -> None:
    """Ask AWS to put the group back to its saved configuration; harmless where nothing runs.

    A pause ends by it: it holds what is well, and never keeps what is bad.
    """
    autoscaling = clients.autoscaling
    try:
        autoscaling.rollback_instance_refresh(AutoScalingGroupName=facts.group)
    except autoscaling.exceptions.ActiveInstanceRefreshNotFoundFault:
        return
    except ClientError as refusal:
        # AWS may have turned round by itself meanwhile; no page says what it answers then.
        if newest_status(clients, facts) not in GOING_BACK:
            _cancel(clients, facts, refusal)
    pausing.lift(clients, facts, group)


def _cancel(clients: Clients, facts: Facts, refusal: ClientError) -> None:
    autoscaling = clients.autoscaling
    if not isinstance(refusal, autoscaling.exceptions.IrreversibleInstanceRefreshFault):
        raise refusal
    # Started by somebody else without a numbered configuration: stopping it is all AWS offers.
    with suppress(autoscaling.exceptions.ActiveInstanceRefreshNotFoundFault):
        autoscaling.cancel_instance_refresh(AutoScalingGroupName=facts.group)


def _looks(roll: RolloutMonitor, refresh_id: str) -> Iterator[tuple[Any, Group, bool]]:
    """Yield a refresh and the group at every look, its terminal status last.

    The third value is whether AWS has answered; if not, the others are of the look before.
    """
    seen: tuple[Any, Group] | None = None
    while True:
        found = roll.clients.contact.tried(lambda: _look(roll, refresh_id))
        seen = found or seen
        if seen:
            yield *seen, found is not None
        if found and found[0]["Status"] not in ACTIVE:
            return
        pace.wait()


def _look(roll: RolloutMonitor, refresh_id: str) -> tuple[Any, Group]:
    roll.check()
    refresh = _describe(roll, refresh_id)
    if "StartTime" in refresh:
        # Activities carry AWS's time, which need not be this machine's.
        roll.since = clock.iso(refresh["StartTime"])
    group = observe_group(roll.clients, roll.facts)
    done = f"{group.serving(roll.target)} of {group.desired} new in service"
    line = f"{refresh['Status']}, {done}. {refresh.get('StatusReason', '')}".rstrip()
    if group.paused and refresh["Status"] in ACTIVE:
        line = f"{line.rstrip('.')}; {pausing.sentence(group, roll.facts.environment)}"
    roll.display.show(group, line)
    roll.smoke.see(group)
    roll.canary.see(group, roll.target, refresh["Status"])
    return refresh, group


def _describe(roll: RolloutMonitor, refresh_id: str) -> Any:
    end = clock.seconds() + SEEN_SECONDS
    while True:
        answer = roll.clients.autoscaling.describe_instance_refreshes(
            AutoScalingGroupName=roll.facts.group, InstanceRefreshIds=[refresh_id]
        )
        if answer["InstanceRefreshes"]:
            return answer["InstanceRefreshes"][0]
        if clock.seconds() >= end:
            raise UnknownStateError(
                "AWS does not show the refresh that was started",
                which=f"{roll.facts.group}: {refresh_id}",
                next_step="Where it stands: " + place.command("status", roll.facts.environment),
            )
        pace.wait()


def _wrong_while_baking(roll: RolloutMonitor) -> list[str]:
    wrong = verification.problems(
        lambda: observe_group(roll.clients, roll.facts),
        roll.facts.url,
        roll.target,
        # The balancer's opinion may be shown late, like everything that was just written.
        patience_seconds=roll.facts.rollout.drain_seconds + gone.SEEN_SECONDS,
        visits=roll.new,
        verified=lambda group: verification.say_verified(group, " while baking"),
    )
    if not wrong:
        roll.run_record.act("verified", "while baking: every instance, and the answers")
    return wrong


def _wrong(problems: list[str]) -> InstanceFailure:
    return InstanceFailure("", f"verification while baking: {'; '.join(problems)}")
