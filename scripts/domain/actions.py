"""What can come next: one value for each kind of action, with all that it needs."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from scripts.domain.observed_state import Configuration, Refresh, TemplateVersion

Kind = Literal[
    "refuse",
    "watch",
    "wait",
    "abort",
    "note_failure",
    "unhold",
    "lower",
    "image",
    "infrastructure",
    "publish",
    "raise",
    "roll",
    "record",
    "verify",
    "stop",
]
Cause = Literal["held", "no-release", "rolling", "missing", "failed-before"]
"""Why an action is refused."""


@dataclass(frozen=True)
class Target:
    """What every instance should be: a configuration, and the version of its release."""

    configuration: Configuration
    release: str


@dataclass(frozen=True)
class Action:
    """What to do next.

    Attributes:
        kind: its name in the table.
        reason: why, in words for a person.
    """

    kind: ClassVar[Kind]
    reason: str


@dataclass(frozen=True)
class Refuse(Action):
    """Do nothing, and say why."""

    kind = "refuse"
    cause: Cause


@dataclass(frozen=True)
class Stop(Action):
    """Nothing is left to do."""

    kind = "stop"


@dataclass(frozen=True)
class Watch(Action):
    """Follow a refresh that leads to the target, and judge it."""

    kind = "watch"
    refresh: Refresh
    target: Target


@dataclass(frozen=True)
class Wait(Action):
    """Let a refresh to something else come to its end."""

    kind = "wait"
    refresh: Refresh


@dataclass(frozen=True)
class Abort(Action):
    """Make AWS put the group back."""

    kind = "abort"
    refresh: Refresh


@dataclass(frozen=True)
class NoteFailure(Action):
    """Write down that the pending rollout failed."""

    kind = "note_failure"


@dataclass(frozen=True)
class Unhold(Action):
    """Lift a hold that has served its purpose."""

    kind = "unhold"


@dataclass(frozen=True)
class Lower(Action):
    """Take the group back to 0 instances."""

    kind = "lower"


@dataclass(frozen=True)
class BuildImage(Action):
    """Build and push the desired release's image."""

    kind = "image"


@dataclass(frozen=True)
class ApplyInfrastructure(Action):
    """Run Terraform."""

    kind = "infrastructure"
    inputs: str


@dataclass(frozen=True)
class Publish(Action):
    """Create a launch template version that carries a release.

    Attributes:
        target: what the new version describes.
        source: the version that it is made from.
        begins_rollout: whether a rollout follows, which the ledger says first.
    """

    kind = "publish"
    target: Target
    source: TemplateVersion
    begins_rollout: bool


@dataclass(frozen=True)
class Raise(Action):
    """Raise the group from 0 to its capacity: the first release."""

    kind = "raise"
    target: Target


@dataclass(frozen=True)
class Roll(Action):
    """Roll the group to the newest template version."""

    kind = "roll"
    target: Target


@dataclass(frozen=True)
class Record(Action):
    """Verify what runs and make it the recorded release."""

    kind = "record"
    target: Target


@dataclass(frozen=True)
class Verify(Action):
    """Verify what runs and is recorded."""

    kind = "verify"
    target: Target
