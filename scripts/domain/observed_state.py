"""What an environment is like now: plain values, so that deciding needs no AWS."""

from dataclasses import dataclass

from scripts.domain.facts import Facts
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger

NO_RELEASE = "none"
"""Value of the tags `Release` and `Digest` in a template that carries no release yet."""

ACTIVE = ("Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress")
"""Statuses of a refresh that AWS still works on (DescribeInstanceRefreshes)."""

GOING_BACK = ("Cancelling", "RollbackInProgress")
ENDED_BADLY = ("Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful")
LEAVING = ("Terminating", "Terminated", "Detaching", "Detached")


@dataclass(frozen=True)
class Configuration:
    """What makes two templates, or an instance and a template, the same.

    Attributes:
        spec_hash: hash of the template without its release (tag `Template`).
        digest: of the image (tag `Digest`), or "none".
    """

    spec_hash: str
    digest: str


@dataclass(frozen=True)
class TemplateVersion:
    """A version of the launch template, as its instance tags describe it."""

    number: int
    configuration: Configuration
    release: str


@dataclass(frozen=True)
class Instance:
    """An instance of the group, in AWS's own words.

    Attributes:
        id: `i-…`.
        zone: availability zone.
        state: lifecycle state, such as `InService`.
        health: the group's opinion, `Healthy` or `Unhealthy`.
        target_health: the load balancer's opinion, such as `healthy`; empty while not registered.
        release: version of its release (tag `Release`).
        configuration: by its tags.
        launched: when (UTC, ISO 8601); empty where EC2 does not say.
        vcpus: of its machine; 0 where EC2 does not say.
    """

    id: str
    zone: str
    state: str
    health: str
    target_health: str
    release: str
    configuration: Configuration
    launched: str = ""
    vcpus: int = 0

    @property
    def stays(self) -> bool:
        """Whether it is part of the fleet, or on its way into it."""
        return not self.state.startswith(LEAVING)

    @property
    def serves(self) -> bool:
        """Whether it is in service and healthy in the group's opinion."""
        return self.state == "InService" and self.health == "Healthy"


@dataclass(frozen=True)
class Refresh:
    """An instance refresh of the group.

    Attributes:
        id: AWS's id.
        status: AWS's word.
        target: the template version that it rolls to; None where AWS does not say.
        started: when (UTC, ISO 8601).
        reason: AWS's sentence.
    """

    id: str
    status: str
    target: TemplateVersion | None
    started: str
    reason: str = ""

    @property
    def active(self) -> bool:
        """Whether AWS still works on it."""
        return self.status in ACTIVE


@dataclass(frozen=True)
class Group:
    """The Auto Scaling group.

    Attributes:
        version: the template version that it launches by itself.
        minimum: fewest instances.
        maximum: most of them.
        desired: as many as it keeps.
        instances: all of them, leaving ones included.
        suspended: names of suspended processes.
        paused_because: AWS's reason for the suspension of its instance refreshes.
    """

    version: TemplateVersion
    minimum: int
    maximum: int
    desired: int
    instances: tuple[Instance, ...]
    suspended: tuple[str, ...] = ()
    paused_because: str = ""

    @property
    def paused(self) -> bool:
        """Whether its instance refreshes are suspended."""
        return "InstanceRefresh" in self.suspended

    @property
    def fleet(self) -> tuple[Instance, ...]:
        """The instances that stay."""
        return tuple(instance for instance in self.instances if instance.stays)

    def runs_only(self, configuration: Configuration) -> bool:
        """Whether the group launches this configuration and has nothing else."""
        return self.version.configuration == configuration and all(
            instance.configuration == configuration for instance in self.fleet
        )

    def serving(self, configuration: Configuration) -> int:
        """How many instances of a configuration are in service and healthy."""
        return sum(one.serves and one.configuration == configuration for one in self.fleet)

    @property
    def complete(self) -> bool:
        """Whether as many instances as desired serve."""
        serving = sum(instance.serves for instance in self.fleet)
        return serving >= max(self.desired, 1)


@dataclass(frozen=True)
class Templates:
    """The launch template's versions that matter.

    Attributes:
        latest: the one with the highest number, which Terraform compares with.
        newest: the highest one of the newest spec; another one only after a rollback.
    """

    latest: TemplateVersion
    newest: TemplateVersion


@dataclass(frozen=True)
class Existing:
    """What there is once the infrastructure was applied."""

    facts: Facts
    templates: Templates
    group: Group


@dataclass(frozen=True)
class ObservedState:
    """Everything that a decision looks at.

    Attributes:
        ledger: None while Terraform has not made it.
        hold: None where the environment is not held.
        facts: None while the infrastructure was never applied.
        templates: None together with facts.
        group: None together with facts.
        refresh: the newest one of the group, active or ended; None where there was none.
    """

    ledger: Ledger | None = None
    hold: Hold | None = None
    facts: Facts | None = None
    templates: Templates | None = None
    group: Group | None = None
    refresh: Refresh | None = None

    @property
    def exists(self) -> bool:
        """Whether the infrastructure was ever applied to its end."""
        return None not in (self.facts, self.templates, self.group)

    @property
    def existing(self) -> Existing:
        """The infrastructure; only asked once it exists."""
        if self.facts is None or self.templates is None or self.group is None:
            raise ValueError("the infrastructure does not exist yet")
        return Existing(self.facts, self.templates, self.group)
