"""A repository's settings on GitHub, as far as a token sees them.

Each attribute that is None was not shown: GitHub answers 403 or 404 about what a token may not see,
and `RepositorySettings.unseen` says which of the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Allowed = Literal["all", "local_only", "selected"]
Branches = Literal["any", "protected", "custom"]
Feature = Literal["environments", "required reviewers", "rulesets"]
ENTERPRISE = ("enterprise", "business_plus")
"""`plan.name` of an organization with Enterprise Cloud, today's and the older word."""


@dataclass(frozen=True)
class ActionsPolicy:
    """Which actions may run (GitHub: "GitHub Actions permissions").

    Attributes:
        enabled: whether Actions are on.
        allowed: whose; None while Actions are off.
        github_owned: whether GitHub's own may run; counts where `allowed` is `selected`.
        verified: whether those of verified creators may, likewise.
        patterns: such as `owner/name@*`; one with `!` in front forbids. None: not shown.
        pinned: whether GitHub asks for full commit hashes.
    """

    enabled: bool
    allowed: Allowed | None = "all"
    github_owned: bool = True
    verified: bool = True
    patterns: tuple[str, ...] | None = ()
    pinned: bool = False


@dataclass(frozen=True)
class WorkflowToken:
    """What GITHUB_TOKEN may do where a workflow does not say.

    Attributes:
        permissions: `read` or `write`.
        approves: whether workflows may open and approve pull requests.
    """

    permissions: str
    approves: bool


@dataclass(frozen=True)
class Retention:
    """For how many days artifacts and logs are kept, and how many the owner allows."""

    days: int
    most: int


@dataclass(frozen=True)
class Subject:
    """How the subject of OIDC tokens is made.

    Attributes:
        default: GitHub's own template.
        claims: of the repository's template; none with `default` off takes the organization's.
        organization: claims of the organization's template; None where it was not shown or not
            asked for.
    """

    default: bool
    claims: tuple[str, ...] = ()
    organization: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Reviewer:
    """Who approves: a `User` by login or a `Team` by `organization/slug`; `id` is GitHub's."""

    kind: Literal["User", "Team"]
    name: str = field(compare=False)  # people write it in any case, and may change it
    id: int


@dataclass(frozen=True)
class BranchPolicy:
    """A pattern of branches or tags that may deploy to an environment."""

    id: int
    pattern: str
    kind: str = "branch"


@dataclass(frozen=True)
class EnvironmentSettings:
    """An environment on GitHub.

    Attributes:
        name: of it.
        branches: which may deploy to it.
        policies: those patterns, where `branches` is `custom`; None: not shown.
        reviewers: required ones.
        prevent_self_review: whether who started the deployment may not approve it.
        wait_minutes: before a deployment begins.
        admins_bypass: whether administrators may skip these rules; None where GitHub does not say.
        secrets: names of its secrets; None: not shown.
    """

    name: str
    branches: Branches = "any"
    policies: tuple[BranchPolicy, ...] | None = ()
    reviewers: tuple[Reviewer, ...] = ()
    prevent_self_review: bool = False
    wait_minutes: int = 0
    admins_bypass: bool | None = None
    secrets: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Rule:
    """A rule of a ruleset, as the REST API has it.

    Attributes:
        kind: `type` there, such as `pull_request`.
        parameters: of it.
        ruleset: number of the ruleset that it comes from.
    """

    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    ruleset: int = 0


@dataclass(frozen=True)
class Ruleset:
    """A ruleset of the repository or of its owner.

    Attributes:
        id: its number.
        name: of it.
        own: whether it is the repository's own.
        active: whether it is enforced.
        include: its branches, such as `~DEFAULT_BRANCH`.
        exclude: branches that it leaves out.
        bypass: who is exempt, as the REST API has it; None: not shown.
        rules: all of them.
    """

    id: int
    name: str
    own: bool = True
    active: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    bypass: tuple[Mapping[str, Any], ...] | None = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Workflow:
    """A workflow file, and GitHub's word for whether it runs: `active`, `disabled_inactivity`, …"""

    id: int
    path: str
    state: str


@dataclass(frozen=True)
class RepositorySettings:
    """Everything that `connect` and `doctor` look at.

    Attributes:
        repository: `owner/name`, as GitHub spells it today.
        repository_id: GitHub's number of it.
        owner_id: GitHub's number of its owner.
        owner_kind: `User` or `Organization`.
        visibility: `public`, `private` or `internal`.
        plan: the owner's, such as `free`, `pro`, `team`, `enterprise`.
        default_branch: its name.
        fork: whether it is one.
        archived: whether it is read-only.
        issues: whether Issues are on.
        actions: which may run.
        token: what workflows' tokens may do by default.
        retention: of artifacts and logs.
        subject: of OIDC tokens.
        environments: by name.
        rules: all that are in force for main, whoever made them.
        rulesets: by number: those that `rules` come from, and the repository's own.
        labels: names of the labels of issues.
        variables: of Actions, by name.
        secrets: names of the secrets that Actions get, the organization's included.
        workflows: those that GitHub knows.
        writers: logins of those who may push.
        owners_wrong: what is wrong with CODEOWNERS on the default branch; None: GitHub finds none.
        private_reports: whether vulnerabilities can be reported in private; None for private ones.
        refused: what GitHub said that the plan does not offer.
        unseen: by attribute, what GitHub answered where it showed nothing.
    """

    repository: str
    repository_id: int
    owner_id: int
    owner_kind: str = "Organization"
    visibility: str = "private"
    plan: str | None = None
    default_branch: str = "main"
    fork: bool = False
    archived: bool = False
    issues: bool = True
    actions: ActionsPolicy | None = None
    token: WorkflowToken | None = None
    retention: Retention | None = None
    subject: Subject | None = None
    environments: Mapping[str, EnvironmentSettings] | None = None
    rules: tuple[Rule, ...] | None = None
    rulesets: Mapping[int, Ruleset] | None = None
    labels: tuple[str, ...] | None = None
    variables: Mapping[str, str] | None = None
    secrets: tuple[str, ...] | None = None
    workflows: tuple[Workflow, ...] | None = None
    writers: tuple[str, ...] | None = None
    owners_wrong: tuple[str, ...] | None = None
    private_reports: bool | None = None
    refused: frozenset[Feature] = frozenset()
    unseen: Mapping[str, str] = field(default_factory=dict)

    @property
    def enterprise(self) -> bool | None:
        """Whether the plan is Enterprise Cloud; None where that is not known."""
        if self.visibility == "internal":  # only Enterprise has these
            return True
        return None if self.plan is None else self.plan in ENTERPRISE

    def offers(self, feature: Feature) -> bool:
        """Whether the plan has a feature, or may have it: what is not known is tried.

        Sources: "Managing environments for deployment", "Deployments and environments" and "About
        rulesets" in GitHub's documentation. Public repositories have all of them. Private ones have
        environments and rulesets from Pro and Team on, required reviewers with Enterprise only.
        """
        if feature in self.refused:
            return False
        if self.visibility == "public" or self.enterprise:
            return True
        free = self.plan == "free" or "rulesets" in self.refused
        return not free and (feature != "required reviewers" or self.enterprise is None)
