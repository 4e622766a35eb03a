"""Changes a repository's settings on GitHub: one call for each change.

What is there already counts as done, so that a call which GitHub took and whose answer was lost
can be made again.
"""

from typing import Any
from urllib.parse import quote

from scripts.adapters.github.administration import NEEDS, Administration, message_of
from scripts.adapters.github.client import asking
from scripts.adapters.github.read_settings import PERMISSIONS, SUBJECT, UPGRADE
from scripts.base.errors import SlipwayError
from scripts.domain import setting_changes as to
from scripts.domain.repository_settings import Feature, Rule

Call = tuple[str, str, Any]
BILLING = "billing plan"
"""GitHub's words: "Please ensure the billing plan supports the required reviewers …"."""
CONFLICT, INVALID = 409, 422
ALREADY = ("already_exists", "already exists", "must be unique")
LABEL_COLOR = "d93f0b"
LABEL_DESCRIPTION = "Opened and closed by the pipeline"


class NotOfferedError(Exception):
    """The plan does not offer what a change needs."""

    def __init__(self, feature: Feature, message: str) -> None:
        self.feature = feature
        super().__init__(message)


class OverruledError(Exception):
    """The owner of the repository, or its enterprise, has decided this for all repositories."""


def apply(administration: Administration, change: to.Change) -> None:
    """Make a change.

    Raises:
        NotOfferedError: the plan does not offer it.
        OverruledError: it is decided for all repositories of the owner.
        SlipwayError: GitHub refuses it for another reason, or fails.
    """
    from github import GithubException

    with asking(str(change), NEEDS):
        try:
            administration.send(*_call(change))
        except GithubException as error:
            message = message_of(error)
            feature = to.feature_of(change)
            if feature and _is_about_the_plan(error.status, message):
                raise NotOfferedError(feature, f"{error.status} {message}") from error
            if _is_there_already(error):
                return
            if error.status == CONFLICT:
                raise OverruledError(f"{error.status} {message}") from error
            if error.status == INVALID:
                raise SlipwayError(
                    f"GitHub does not take it: {change}",
                    which=[f"{error.status} {message}", *_errors(error)],
                    next_step="What was changed before stays. Correct what GitHub names (a "
                    "reviewer needs to read the repository at least), then run it again.",
                ) from error
            raise


def _is_about_the_plan(status: int, message: str) -> bool:
    words = message.lower()
    return (status == 422 and BILLING in words) or (status == 403 and UPGRADE in words)


def _is_there_already(error: Any) -> bool:
    """Labels say it with 422 and a code, rulesets with 422, variables with 409 and a sentence."""
    return error.status in (409, 422) and any(words in str(error.data) for words in ALREADY)


def _errors(error: Any) -> list[str]:
    listed = error.data.get("errors") if isinstance(error.data, dict) else None
    return [str(one) for one in listed or []]


def _call(change: to.Change) -> Call:
    """Return method, path and body."""
    match change:
        case to.SetEnvironment():
            return "PUT", f"environments/{quote(change.name, safe='')}", _environment(change)
        case to.AllowBranch(environment, branch):
            path = f"environments/{quote(environment, safe='')}/deployment-branch-policies"
            return "POST", path, {"name": branch, "type": "branch"}
        case to.PutRuleset():
            where = "rulesets" if change.id is None else f"rulesets/{change.id}"
            return "POST" if change.id is None else "PUT", where, _ruleset(change)
        case to.SwitchIssuesOn():
            return "PATCH", "", {"has_issues": True}
        case to.MakeLabel(name):
            label = {"name": name, "color": LABEL_COLOR, "description": LABEL_DESCRIPTION}
            return "POST", "labels", label
        case to.TakePrivateReports():
            return "PUT", "private-vulnerability-reporting", None
        case _:
            return _call_of_actions(change)


def _call_of_actions(change: to.Change) -> Call:
    match change:
        case to.SwitchActionsOn(allowed, pinned):
            body: dict[str, Any] = {"enabled": True}
            body |= {"allowed_actions": allowed} if allowed else {}
            return "PUT", PERMISSIONS, body | ({"sha_pinning_required": True} if pinned else {})
        case to.AllowActions(github_owned, verified, patterns):
            chosen = {"github_owned_allowed": github_owned, "verified_allowed": verified}
            body = {**chosen, "patterns_allowed": list(patterns)}
            return "PUT", f"{PERMISSIONS}/selected-actions", body
        case to.SetWorkflowToken(permissions, approves):
            body = {"default_workflow_permissions": permissions}
            approval = {"can_approve_pull_request_reviews": approves}
            return "PUT", f"{PERMISSIONS}/workflow", body | approval
        case to.SetRetention(days):
            return "PUT", f"{PERMISSIONS}/artifact-and-log-retention", {"days": days}
        case to.UseDefaultSubject():
            return "PUT", SUBJECT, {"use_default": True}
        case to.EnableWorkflow(number):
            return "PUT", f"actions/workflows/{number}/enable", None
        case to.SetVariable(name, value, new):
            body = {"name": name, "value": value}
            where = "actions/variables"
            return ("POST", where, body) if new else ("PATCH", f"{where}/{name}", body)
    raise AssertionError(change)


def _environment(change: to.SetEnvironment) -> dict[str, Any]:
    """GitHub wants both keys of the branch policy, of which exactly one is true, or null."""
    custom = change.branches == "custom"
    policy = {"protected_branches": not custom, "custom_branch_policies": custom}
    reviewers = [{"type": one.kind, "id": one.id} for one in change.reviewers]
    body = {
        "wait_timer": change.wait_minutes,
        "prevent_self_review": change.prevent_self_review,
        "reviewers": reviewers,
        "deployment_branch_policy": None if change.branches == "any" else policy,
    }
    if change.admins_bypass is None:
        return body
    return {**body, "can_admins_bypass": change.admins_bypass}


def _ruleset(change: to.PutRuleset) -> dict[str, Any]:
    return {
        "name": change.name,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [dict(actor) for actor in change.bypass],
        "conditions": {
            "ref_name": {"include": list(change.include), "exclude": list(change.exclude)}
        },
        "rules": [
            {
                "type": rule.kind,
                **({"parameters": dict(rule.parameters)} if rule.parameters else {}),
            }
            for rule in change.rules
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    """Rules that know no parameters are sent without."""
    parameters = {"parameters": dict(rule.parameters)} if rule.parameters else {}
    return {"type": rule.kind, **parameters}
