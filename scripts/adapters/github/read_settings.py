"""Reads a repository's settings: two dozen calls, and nothing is changed.

Sources: GitHub's REST API, "Repositories", "Actions permissions", "Actions OIDC", "Deployment
environments", "Deployment branch policies", "Rules", "Secrets", "Variables", "Labels", "Workflows",
"Collaborators", "List CODEOWNERS errors", each by the path that is asked.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote

from scripts.adapters.github import settings_answers as answers
from scripts.adapters.github.administration import Administration, NotShownError
from scripts.base.errors import RefusedError
from scripts.domain.guarantees_of_main import RULESET
from scripts.domain.repository_settings import (
    ActionsPolicy,
    BranchPolicy,
    EnvironmentSettings,
    RepositorySettings,
    Retention,
    Rule,
    Ruleset,
    Subject,
    Workflow,
    WorkflowToken,
)

Json = answers.Json
T = TypeVar("T")
PERMISSIONS = "actions/permissions"
SUBJECT = "actions/oidc/customization/sub"
UPGRADE = "upgrade to github"
"""GitHub's words about what a plan lacks: "Upgrade to GitHub Pro or make this repository …"."""


def read_settings(administration: Administration) -> RepositorySettings:
    """Return everything that the token sees.

    Raises:
        RefusedError: the token is none, or does not see the repository at all.
        SlipwayError: GitHub fails.
    """
    return _Reading(administration).settings()


class _Reading:
    """One look, which notes what was not shown."""

    def __init__(self, administration: Administration) -> None:
        self._at = administration
        self._unseen: dict[str, str] = {}

    def settings(self) -> RepositorySettings:
        at = self._at
        repository = self._repository()
        owner = repository["owner"]
        public = repository["visibility"] == "public"
        rules = self._ask("rules", self._rules)
        seen = RepositorySettings(
            repository=repository["full_name"],
            repository_id=repository["id"],
            owner_id=owner["id"],
            owner_kind=owner["type"],
            visibility=repository["visibility"],
            # All that the plan decides is there for public ones.
            plan=None if public else self._ask("plan", lambda: self._plan(owner)),
            default_branch=repository["default_branch"],
            fork=repository["fork"],
            archived=repository["archived"],
            issues=repository["has_issues"],
            actions=self._ask("actions", self._actions),
            token=self._ask("token", self._token),
            retention=self._ask("retention", self._retention),
            subject=self._ask("subject", lambda: self._subject(owner)),
            environments=self._ask("environments", lambda: self._environments(owner["login"])),
            rules=rules,
            rulesets=self._ask("rulesets", lambda: self._rulesets(rules or ())),
            labels=self._ask("labels", lambda: _names(at.every("labels"))),
            variables=self._ask("variables", self._variables),
            secrets=self._ask("secrets", lambda: self._secrets(owner["type"])),
            workflows=self._ask("workflows", self._workflows),
            writers=self._ask("writers", self._writers),
            owners_wrong=self._ask("owners_wrong", self._owners_wrong),
            private_reports=self._ask("private_reports", self._reports) if public else None,
        )
        upgrade = UPGRADE in self._unseen.get("rules", "").lower()
        refused = frozenset({"rulesets"} if upgrade else ())
        return replace(seen, refused=refused, unseen=self._unseen)  # type: ignore[arg-type]

    def _ask(self, attribute: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except NotShownError as error:
            self._unseen[attribute] = str(error)
            return None

    def _repository(self) -> Json:
        try:
            found: Json = self._at.see("")
        except NotShownError as error:
            raise RefusedError(
                f"GitHub shows no repository {self._at.repository} to this token",
                which=str(error),
                next_step='Is "repository" in project.json right, and may the token see it?',
            ) from error
        return found

    def _plan(self, owner: Json) -> str | None:
        """Shown to an organization's owner, and to a user about themselves."""
        if owner["type"] == "Organization":
            found = self._at.see(f"/orgs/{owner['login']}")
        else:
            found = self._at.see("/user")
            if found["login"] != owner["login"]:
                return None
        plan: str | None = (found.get("plan") or {}).get("name")
        return plan

    def _actions(self) -> ActionsPolicy:
        policy = self._at.see(PERMISSIONS)
        selected = policy["enabled"] and policy["allowed_actions"] == "selected"
        if not selected:
            return answers.policy_of(policy, {})
        path = f"{PERMISSIONS}/selected-actions"
        return answers.policy_of(policy, self._ask("patterns", lambda: self._at.see(path)))

    def _token(self) -> WorkflowToken:
        found = self._at.see(f"{PERMISSIONS}/workflow")
        permissions = found["default_workflow_permissions"]
        return WorkflowToken(permissions, found["can_approve_pull_request_reviews"])

    def _retention(self) -> Retention:
        found = self._at.see(f"{PERMISSIONS}/artifact-and-log-retention")
        return Retention(found["days"], found["maximum_allowed_days"])

    def _subject(self, owner: Json) -> Subject:
        found = self._at.see(SUBJECT)
        claims = tuple(found.get("include_claim_keys") or ())
        if found["use_default"] or claims:
            return Subject(found["use_default"], claims)
        if owner["type"] != "Organization":
            return Subject(False, organization=())
        path = f"/orgs/{owner['login']}/{SUBJECT}"
        template = self._ask("organization_subject", lambda: self._at.see(path))
        keys = None if template is None else tuple(template.get("include_claim_keys") or ())
        return Subject(False, organization=keys)

    def _environments(self, owner: str) -> dict[str, EnvironmentSettings]:
        found = list(self._at.every("environments", "environments"))
        return {entry["name"]: self._environment(entry, owner) for entry in found}

    def _environment(self, entry: Json, owner: str) -> EnvironmentSettings:
        name = entry["name"]
        custom = answers.branches_of(entry) == "custom"
        policies = self._ask("environments", lambda: self._policies(name)) if custom else ()
        secrets = self._ask("environments", lambda: self._environment_secrets(name))
        return answers.environment_of(entry, owner, policies, secrets)

    def _policies(self, name: str) -> tuple[BranchPolicy, ...]:
        path = f"environments/{quote(name, safe='')}/deployment-branch-policies"
        return tuple(
            BranchPolicy(one["id"], one["name"], one.get("type", "branch"))
            for one in self._at.every(path, "branch_policies")
        )

    def _environment_secrets(self, name: str) -> tuple[str, ...]:
        path = f"environments/{quote(name, safe='')}/secrets"
        return _names(self._at.every(path, "secrets"))

    def _rules(self) -> tuple[Rule, ...]:
        return tuple(
            Rule(rule["type"], rule.get("parameters") or {}, rule["ruleset_id"])
            for rule in self._at.every("rules/branches/main")
        )

    def _rulesets(self, rules: tuple[Rule, ...]) -> dict[int, Ruleset]:
        own = self._at.every("rulesets", includes_parents="false", targets="branch")
        numbers = {one["id"] for one in own if one["name"] == RULESET}
        numbers |= {rule.ruleset for rule in rules}
        return {number: self._ruleset(number) for number in sorted(numbers)}

    def _ruleset(self, number: int) -> Ruleset:
        return answers.ruleset_of(self._at.see(f"rulesets/{number}", includes_parents="true"))

    def _variables(self) -> dict[str, str]:
        found = self._at.every("actions/variables", "variables")
        return {one["name"]: one["value"] for one in found}

    def _secrets(self, owner_kind: str) -> tuple[str, ...]:
        names = _names(self._at.every("actions/secrets", "secrets"))
        if owner_kind == "Organization":
            names += _names(self._at.every("actions/organization-secrets", "secrets"))
        return names

    def _workflows(self) -> tuple[Workflow, ...]:
        found = self._at.every("actions/workflows", "workflows")
        return tuple(Workflow(one["id"], one["path"], one["state"]) for one in found)

    def _writers(self) -> tuple[str, ...]:
        return tuple(one["login"] for one in self._at.every("collaborators", permission="push"))

    def _owners_wrong(self) -> tuple[str, ...]:
        found = self._at.see("codeowners/errors")["errors"]
        return tuple(f"{one['path']}:{one['line']}: {one['kind']}" for one in found)

    def _reports(self) -> bool:
        return bool(self._at.see("private-vulnerability-reporting")["enabled"])


def _names(entries: Any) -> tuple[str, ...]:
    return tuple(entry["name"] for entry in entries)
