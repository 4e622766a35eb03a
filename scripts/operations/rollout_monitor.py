"""A rollout under watch: what is known of it, and what is bad about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.failure_log import read_failure_log
from scripts.base import clock
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.domain import breaker, capacity
from scripts.domain.breaker import Activity, InstanceFailure
from scripts.domain.canary import Canary
from scripts.domain.facts import Facts
from scripts.domain.observed_state import Configuration, Group
from scripts.operations.smoke import Smoke
from scripts.reporting.rollout_display import Display
from scripts.reporting.run_record import RunRecord

ACTIVITIES = 50


class RolloutError(SlipwayError):
    """A rollout did not end well; AWS may or may not have put the group back.

    Attributes:
        judged: whether it says something about the release; a lack of capacity does not.
        log: the last lines of the instance that failed.
    """

    def __init__(
        self, cause: str, which: list[str], *, judged: bool = True, log: list[str] | None = None
    ) -> None:
        super().__init__(cause, which=which + (log or []))
        self.judged = judged
        self.log = log or []


@dataclass
class RolloutMonitor:
    """A rollout under watch.

    Attributes:
        clients: AWS.
        facts: of the environment.
        target: what every instance becomes.
        since: when it began (UTC, ISO 8601).
        run_record: takes in what is seen.
        new: whether it leads to something that was never verified, so that answers are judged and
            the page is asked for when it is verified.
        check: called at every look; raises where the rollout is no longer ours.
        ours: called when it has ended badly; raises where somebody else ended it.
    """

    clients: Clients
    facts: Facts
    target: Configuration
    since: str
    run_record: RunRecord
    new: bool = True
    check: Callable[[], None] = field(default=lambda: None)
    ours: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        self.out_of_capacity = ""
        self.display = Display(self.run_record.timeline, self.target)
        self.smoke = Smoke(self.facts.url, self.target, judges=self.new)
        self.canary = Canary()
        self.run_record.target, self.run_record.url = self.target, self.facts.url
        self.run_record.smoke.append(self.smoke.tallies)
        self._capacity: set[str] = set()

    def bad(self, group: Group) -> list[InstanceFailure]:
        """Return the new instances that did not work; says what AWS had no capacity for.

        `out_of_capacity` is why, where that holds the rollout up at this look.
        """
        activities = self._activities()
        needed = capacity.need(group, self.facts.rollout)
        words = breaker.out_of_capacity(activities, self.since)
        self.out_of_capacity = capacity.explained(words, needed)
        found = breaker.instance_failures(activities, group.instances, self.target, self.since)
        for one in found:
            if one.kind == "release":
                self.run_record.timeline.failed(one.instance, one.cause)
            elif one.cause not in self._capacity:
                self._capacity.add(one.cause)
                self.sign(
                    "no capacity",
                    f"{capacity.explained(one.cause, needed)} (AWS keeps trying; the release is "
                    "not at fault)",
                )
        return found

    def first_failure(self, group: Group | None) -> InstanceFailure | None:
        """Return what should end the rollout now, or None.

        Args:
            group: as AWS has just described it; None where it does not answer, so that the answers
                to visitors are judged alone.
        """
        found = self.clients.contact.tried(lambda: self.bad(group)) if group else None
        failed = breaker.tripped_by(found or [], self.canary.limit(self.facts.rollout))
        return failed or self.smoke.verdict()

    def sign(self, kind: str, text: str) -> None:
        """Say and note something that was seen."""
        say(f"  {kind}: {text}", style="yellow")
        self.run_record.act(kind, text)

    def failure_log_of(self, bad: InstanceFailure) -> list[str]:
        """Return an instance's last words, also for the report."""
        self.run_record.timeline.failed(bad.instance, bad.cause)
        lines = read_failure_log(self.clients, self.facts, bad.instance)
        self.run_record.log = lines or self.run_record.log
        return lines

    def _activities(self) -> list[Activity]:
        answer = self.clients.autoscaling.describe_scaling_activities(
            AutoScalingGroupName=self.facts.group, MaxRecords=ACTIVITIES
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
