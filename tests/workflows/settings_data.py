"""What the stand-in of GitHub knows of a repository's settings."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
ADMINISTRATOR = "token-of-an-administrator"
MEMBER = "token-of-a-member"
READER = "token-of-a-reader"


def no_rules() -> Json:
    """An environment's rules as GitHub makes it when a job names it first."""
    return {
        "wait_timer": 0,
        "prevent_self_review": False,
        "can_admins_bypass": True,
        "deployment_branch_policy": None,
        "policies": [],
        "secrets": [],
    }


@dataclass
class SettingsData:
    """The settings of one repository; what a new one of an organization with Team has.

    Attributes:
        owner_kind: `Organization` or `User`.
        plan: of the owner.
        plan_is_shown: whether the administrator is also the organization's owner.
        repository: attributes of the repository itself.
        actions: which may run.
        selected_actions: where `actions` allows selected ones.
        workflow_token: what workflows' tokens may do.
        retention: of artifacts and logs.
        subject: of OIDC tokens.
        organization_subject: claims of the organization's template.
        environment_rules: by environment, beside its reviewers.
        rulesets: the repository's own and its organization's, as the REST API has them.
        labels: of issues.
        variables: of Actions.
        secrets: names of the repository's.
        organization_secrets: names of the organization's that the repository gets.
        workflows: id, path and state.
        collaborators: role by login.
        owners_errors: of CODEOWNERS, as the REST API has them; None without such a file.
        private_reports: whether vulnerabilities can be reported in private.
        users: number by login.
        teams: number by `organization/slug`.
        tokens: role by token: `admin`, `write` or `read`.
        overruled: last words of paths that the organization has decided about for all.
        lost_answers: writes (`POST …/labels`) that are made, and then answered with 502, once.
    """

    owner_kind: str = "Organization"
    plan: str = "team"
    plan_is_shown: bool = True
    repository: Json = field(
        default_factory=lambda: {
            "default_branch": "main",
            "fork": False,
            "archived": False,
            "has_issues": True,
        }
    )
    actions: Json = field(
        default_factory=lambda: {
            "enabled": True,
            "allowed_actions": "all",
            "sha_pinning_required": False,
        }
    )
    selected_actions: Json = field(
        default_factory=lambda: {
            "github_owned_allowed": True,
            "verified_allowed": False,
            "patterns_allowed": [],
        }
    )
    workflow_token: Json = field(
        default_factory=lambda: {
            "default_workflow_permissions": "read",
            "can_approve_pull_request_reviews": False,
        }
    )
    retention: Json = field(default_factory=lambda: {"days": 90, "maximum_allowed_days": 400})
    subject: Json = field(default_factory=lambda: {"use_default": True})
    organization_subject: list[str] = field(default_factory=list)
    environment_rules: dict[str, Json] = field(default_factory=dict)
    rulesets: list[Json] = field(default_factory=list)
    labels: list[str] = field(default_factory=lambda: ["bug", "documentation"])
    variables: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    organization_secrets: list[str] = field(default_factory=list)
    workflows: list[Json] = field(default_factory=list)
    collaborators: dict[str, str] = field(
        default_factory=lambda: {"ada": "admin", "grace": "push", "eve": "pull"}
    )
    owners_errors: list[Json] | None = field(default_factory=list)
    private_reports: bool = False
    users: dict[str, int] = field(default_factory=lambda: {"ada": 1, "grace": 2, "joan": 3})
    teams: dict[str, int] = field(default_factory=lambda: {"example/platform": 11})
    tokens: dict[str, str] = field(
        default_factory=lambda: {ADMINISTRATOR: "admin", MEMBER: "write", READER: "read"}
    )
    overruled: set[str] = field(default_factory=set)
    lost_answers: set[str] = field(default_factory=set)
