"""What `connect` changes of a repository's settings: each one call of GitHub's REST API.

A change carries everything that the call replaces, so that what a person set beside it stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.domain.repository_settings import (
    Allowed,
    Branches,
    EnvironmentSettings,
    Feature,
    Reviewer,
    Rule,
)


@dataclass(frozen=True)
class SwitchActionsOn:
    """Let Actions run; None leaves which ones as it is, `pinned` those with full hashes only."""

    allowed: Allowed | None = None
    pinned: bool = False

    def __str__(self) -> str:
        return f"allow {self.allowed} actions" if self.allowed else "switch Actions on"


@dataclass(frozen=True)
class AllowActions:
    """Let selected actions run: all that may, not only the new ones."""

    github_owned: bool
    verified: bool
    patterns: tuple[str, ...]

    def __str__(self) -> str:
        return f"allow the actions {', '.join(self.patterns) or 'of GitHub'}"


@dataclass(frozen=True)
class SetWorkflowToken:
    """What GITHUB_TOKEN may do where a workflow does not say."""

    permissions: str
    approves: bool

    def __str__(self) -> str:
        return f"give workflows a token that may {self.permissions} and approve nothing"


@dataclass(frozen=True)
class SetRetention:
    """For how long artifacts and logs are kept."""

    days: int

    def __str__(self) -> str:
        return f"keep artifacts for {self.days} days"


@dataclass(frozen=True)
class UseDefaultSubject:
    """Have OIDC tokens with GitHub's own subject."""

    def __str__(self) -> str:
        return "use GitHub's default subject of OIDC tokens"


@dataclass(frozen=True)
class SwitchIssuesOn:
    """Let issues be opened."""

    def __str__(self) -> str:
        return "switch Issues on"


@dataclass(frozen=True)
class MakeLabel:
    """A label of issues."""

    name: str

    def __str__(self) -> str:
        return f"make the label {self.name}"


@dataclass(frozen=True)
class SetVariable:
    """A variable of Actions; `new` where there is none of that name."""

    name: str
    value: str
    new: bool

    def __str__(self) -> str:
        return f"set the variable {self.name} to {self.value}"


@dataclass(frozen=True)
class EnableWorkflow:
    """Let a workflow run again."""

    id: int
    path: str

    def __str__(self) -> str:
        return f"switch {self.path} on"


@dataclass(frozen=True)
class TakePrivateReports:
    """Let people report vulnerabilities in private."""

    def __str__(self) -> str:
        return "switch private vulnerability reporting on"


@dataclass(frozen=True)
class SetEnvironment:
    """An environment with all its rules: GitHub resets what the call leaves out."""

    name: str
    branches: Branches
    reviewers: tuple[Reviewer, ...]
    prevent_self_review: bool = False
    wait_minutes: int = 0
    admins_bypass: bool | None = None

    @classmethod
    def of(cls, seen: EnvironmentSettings, reviewers: tuple[Reviewer, ...]) -> "SetEnvironment":
        """An environment as it is, but for branches that are named and these reviewers."""
        branches: Branches = "custom" if seen.branches == "any" else seen.branches
        return cls(
            seen.name,
            branches,
            reviewers,
            seen.prevent_self_review,
            seen.wait_minutes,
            seen.admins_bypass,
        )

    def __str__(self) -> str:
        names = ", ".join(reviewer.name for reviewer in self.reviewers)
        return f"set the environment {self.name} up" + (f", reviewed by {names}" if names else "")


@dataclass(frozen=True)
class AllowBranch:
    """A branch that may deploy to an environment."""

    environment: str
    branch: str

    def __str__(self) -> str:
        return f"let {self.branch} deploy to {self.environment}"


@dataclass(frozen=True)
class PutRuleset:
    """A ruleset, new where `id` is None, with everything that it holds."""

    id: int | None
    name: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    bypass: tuple[Mapping[str, Any], ...]
    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        kinds = ", ".join(rule.kind for rule in self.rules)
        return f"{'make' if self.id is None else 'complete'} the ruleset {self.name}: {kinds}"


Change = (
    SwitchActionsOn
    | AllowActions
    | SetWorkflowToken
    | SetRetention
    | UseDefaultSubject
    | SwitchIssuesOn
    | MakeLabel
    | SetVariable
    | EnableWorkflow
    | TakePrivateReports
    | SetEnvironment
    | AllowBranch
    | PutRuleset
)


def feature_of(change: Change) -> Feature | None:
    """Return what a plan has to offer for a change, None where every plan does."""
    if isinstance(change, SetEnvironment):
        return "required reviewers" if change.reviewers else "environments"
    if isinstance(change, AllowBranch):
        return "environments"
    return "rulesets" if isinstance(change, PutRuleset) else None
