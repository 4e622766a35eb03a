"""GitHub's answers about a repository's settings as typed values."""

from typing import Any

from scripts.domain.repository_settings import (
    ActionsPolicy,
    Branches,
    BranchPolicy,
    EnvironmentSettings,
    Reviewer,
    Rule,
    Ruleset,
)

Json = dict[str, Any]


def policy_of(policy: Json, selected: Json | None) -> ActionsPolicy:
    """Which actions may run.

    Args:
        policy: "Get GitHub Actions permissions for a repository".
        selected: "Get allowed actions" where some are selected; None: not shown.
    """
    chosen = selected or {}
    return ActionsPolicy(
        policy["enabled"],
        policy.get("allowed_actions"),
        chosen.get("github_owned_allowed", False),
        chosen.get("verified_allowed", False),
        None if selected is None else tuple(chosen.get("patterns_allowed", [])),
        policy.get("sha_pinning_required", False),
    )


def branches_of(entry: Json) -> Branches:
    """Which branches may deploy to an environment ("Get an environment")."""
    limit = entry.get("deployment_branch_policy")
    if not limit:
        return "any"
    return "custom" if limit["custom_branch_policies"] else "protected"


def environment_of(
    entry: Json,
    owner: str,
    policies: tuple[BranchPolicy, ...] | None,
    secrets: tuple[str, ...] | None,
) -> EnvironmentSettings:
    """An environment.

    Args:
        entry: "Get an environment".
        owner: of the repository, whose teams review.
        policies: the branches that are named; None: not shown.
        secrets: names of its secrets; None: not shown.
    """
    rules = {rule["type"]: rule for rule in entry.get("protection_rules", [])}
    review = rules.get("required_reviewers", {})
    return EnvironmentSettings(
        entry["name"],
        branches_of(entry),
        policies,
        tuple(_reviewer_of(one, owner) for one in review.get("reviewers", [])),
        review.get("prevent_self_review", False),
        rules.get("wait_timer", {}).get("wait_timer", 0),
        entry.get("can_admins_bypass"),
        secrets,
    )


def _reviewer_of(entry: Json, owner: str) -> Reviewer:
    of = entry["reviewer"]
    if entry["type"] == "Team":
        return Reviewer("Team", f"{owner}/{of['slug']}", of["id"])
    return Reviewer("User", of["login"], of["id"])


def ruleset_of(found: Json) -> Ruleset:
    """A ruleset ("Get a repository ruleset")."""
    branches = (found.get("conditions") or {}).get("ref_name", {})
    # Only those who may write the ruleset are shown who is exempt.
    bypass = found.get("bypass_actors")
    return Ruleset(
        found["id"],
        found["name"],
        found["source_type"] == "Repository",
        found["enforcement"] == "active",
        tuple(branches.get("include", [])),
        tuple(branches.get("exclude", [])),
        None if bypass is None else tuple(bypass),
        tuple(Rule(rule["type"], rule.get("parameters") or {}) for rule in found["rules"]),
    )
