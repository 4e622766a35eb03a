"""A rollout under watch: what is known of it, and what is bad about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.failure_log import last_words
from scripts.base import clock
from scripts.base.console import say
from scripts.base.errors import SlipwayError
from scripts.domain import breaker
from scripts.domain.breaker import Activity, Bad
from scripts.domain.canary import Canary
from scripts.domain.facts import Facts
from scripts.domain.observed_state import Configuration, Group
from scripts.operations.smoke import Smoke
from scripts.reporting.rollout_display import Display
from scripts.reporting.run_record import Story

ACTIVITIES = 50


class RollError(SlipwayError):
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
class Roll:
    """A rollout under watch.

    Attributes:
        clients: AWS.
        facts: of the environment.
        target: what every instance becomes.
        since: when it began (UTC, ISO 8601).
        story: takes in what is seen.
        new: whether it leads to something that was never verified, so that answers are judged and
            the page is asked for when it is verified.
        check: called at every look; raises where the rollout is no longer ours.
        ours: called when it has ended badly; raises where somebody else ended it.
    """

    clients: Clients
    facts: Facts
    target: Configuration
    since: str
    story: Story
    new: bool = True
    check: Callable[[], None] = field(default=lambda: None)
    ours: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        self.starved = ""
        self.display = Display(self.story.timeline, self.target)
        self.smoke = Smoke(self.facts.url, self.target, judges=self.new)
        self.canary = Canary()
        self.story.target, self.story.url = self.target, self.facts.url
        self.story.smoke.append(self.smoke.tallies)
        self._capacity: set[str] = set()

    def bad(self, group: Group) -> list[Bad]:
        """Return the new instances that did not work; says what AWS had no capacity for.

        `starved` is AWS's words where that holds the rollout up at this look.
        """
        activities = self._activities()
        self.starved = breaker.starved(activities, self.since)
        found = breaker.bad_instances(activities, group.instances, self.target, self.since)
        for one in found:
            if one.kind == "release":
                self.story.timeline.failed(one.instance, one.cause)
            elif one.cause not in self._capacity:
                self._capacity.add(one.cause)
                self.sign("no capacity", f"{one.cause} (AWS keeps trying; no fault of the release)")
        return found

    def bad_sign(self, group: Group) -> Bad | None:
        """Return what should end the rollout now, or None."""
        failed = breaker.trips(self.bad(group), self.canary.limit(self.facts.rollout))
        return failed or self.smoke.verdict()

    def sign(self, kind: str, text: str) -> None:
        """Say and note something that was seen."""
        say(f"  {kind}: {text}", style="yellow")
        self.story.act(kind, text)

    def words_of(self, bad: Bad) -> list[str]:
        """Return an instance's last words, also for the report."""
        self.story.timeline.failed(bad.instance, bad.cause)
        lines = last_words(self.clients, self.facts, bad.instance)
        self.story.log = lines or self.story.log
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
