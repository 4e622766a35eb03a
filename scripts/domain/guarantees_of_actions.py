"""What the documents promise about GitHub Actions: what runs, and what its tokens may do."""

from fnmatch import fnmatchcase

from scripts.domain.guarantee import Guarantee, Wanted, broken, holds, unseen
from scripts.domain.repository_settings import ActionsPolicy, RepositorySettings, Subject
from scripts.domain.setting_changes import (
    AllowActions,
    EnableWorkflow,
    SetRetention,
    SetWorkflowToken,
    SwitchActionsOn,
    UseDefaultSubject,
)

GITHUB = ("actions", "github")
RETENTION_DAYS = 90
"""GitHub's default. A deployment needs the receipt of its pull request, which may have been open
for weeks, and may wait 30 days for its approval."""


def actions_guarantees(settings: RepositorySettings, wanted: Wanted) -> list[Guarantee]:
    """Judge everything about Actions."""
    return [
        _run(settings),
        _allowed(settings, wanted),
        _workflows(settings, wanted),
        *_token(settings),
        _subject(settings),
        _retention(settings),
    ]


def _run(settings: RepositorySettings) -> Guarantee:
    name = "GitHub Actions run"
    if settings.actions is None:
        return unseen(name, settings, "actions")
    if settings.actions.enabled:
        return holds(name, "they are on")
    return broken(name, "they are off", "on", "nothing is tested or deployed", SwitchActionsOn())


def _allowed(settings: RepositorySettings, wanted: Wanted) -> Guarantee:
    name = "the actions that the workflows use are allowed"
    policy = settings.actions
    if policy is None:
        return unseen(name, settings, "actions")
    if not policy.enabled or policy.allowed == "all":
        return holds(name, "all are" if policy.enabled else "nothing forbids one")
    consequence = "every workflow that uses one ends before its first step"
    owners = ", ".join(sorted({action.split("@")[0] for action in wanted.actions}))
    if policy.allowed == "local_only":
        change = SwitchActionsOn("selected", policy.pinned)
        return broken(name, "only this owner's are", owners, consequence, change)
    if policy.patterns is None:
        return unseen(name, settings, "actions")
    forbidding = [p for p in policy.patterns if p.startswith("!")]
    refused = [p for p in forbidding if any(_matches(a, p[1:]) for a in wanted.actions)]
    if refused:
        return broken(
            name,
            f"{', '.join(refused)} forbids one",
            owners,
            consequence,
            fix="Take it out: Settings, Actions, General, Actions permissions",
        )
    missing = [action for action in wanted.actions if not _is_allowed(policy, action)]
    if not missing:
        return holds(name, "by GitHub, verified creators or pattern")
    new = sorted({f"{action.split('@')[0]}@*" for action in missing})
    change_patterns = AllowActions(policy.github_owned, policy.verified, (*policy.patterns, *new))
    return broken(name, f"not among them: {', '.join(new)}", owners, consequence, change_patterns)


def _is_allowed(policy: ActionsPolicy, action: str) -> bool:
    if policy.github_owned and action.split("/")[0].lower() in GITHUB:
        return True
    return any(_matches(action, pattern) for pattern in policy.patterns or ())


def _matches(action: str, pattern: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())


def _workflows(settings: RepositorySettings, wanted: Wanted) -> Guarantee:
    name = "every workflow is switched on"
    if settings.workflows is None:
        return unseen(name, settings, "workflows")
    off = [w for w in settings.workflows if w.path in wanted.workflows and w.state != "active"]
    if not off:
        return holds(name, "none is switched off")
    return broken(
        name,
        ", ".join(f"{workflow.path}: {workflow.state}" for workflow in off),
        "active",
        "it does not run; GitHub switches schedules of public repositories off after 60 quiet days",
        *(EnableWorkflow(workflow.id, workflow.path) for workflow in off),
    )


def _token(settings: RepositorySettings) -> list[Guarantee]:
    reads, approves = (
        "a workflow that asks for nothing gets a token that only reads",
        "no workflow can approve a pull request",
    )
    token = settings.token
    if token is None:
        return [unseen(name, settings, "token") for name in (reads, approves)]
    change = SetWorkflowToken("read", approves=False)
    return [
        holds(reads, token.permissions)
        if token.permissions == "read"
        else broken(
            reads,
            f"it may {token.permissions}",
            "read",
            "a workflow that somebody adds without `permissions` may change everything",
            change,
        ),
        holds(approves, "they may not")
        if not token.approves
        else broken(
            approves,
            "they may",
            "they may not",
            "a workflow of any branch can give the review that main asks for",
            change,
        ),
    ]


def _subject(settings: RepositorySettings) -> Guarantee:
    name = "tokens for AWS have the subject that roles ask for"
    subject = settings.subject
    if subject is None:
        return unseen(name, settings, "subject")
    if subject.default or _as_github_makes_it(subject):
        return holds(name, "GitHub's default")
    if not subject.claims and subject.organization is None:
        return unseen(name, settings, "organization_subject")
    claims = ", ".join(subject.claims or subject.organization or ())
    whose = "its own" if subject.claims else "the organization's"
    return broken(
        name,
        f"made of {claims}, by {whose} template",
        "GitHub's default",
        "AWS refuses every job",
        UseDefaultSubject(),
    )


def _as_github_makes_it(subject: Subject) -> bool:
    """Whether no template is set that `default` off could take.

    GitHub: "REST API endpoints for GitHub Actions OIDC": without claims of its own a repository
    that has opted out of the default takes the organization's template, or the default without one.
    """
    return not subject.claims and subject.organization == ()


def _retention(settings: RepositorySettings) -> Guarantee:
    name = "receipts outlive their pull request and its approval"
    kept = settings.retention
    if kept is None:
        return unseen(name, settings, "retention")
    if kept.days >= RETENTION_DAYS:
        return holds(name, f"artifacts are kept for {kept.days} days")
    days = min(RETENTION_DAYS, kept.most)
    at_most = "Let the owner's settings allow more: Settings, Actions, General"
    return broken(
        name,
        f"artifacts are kept for {kept.days} days",
        f"{RETENTION_DAYS} days",
        "a plan whose receipt is gone counts as not reviewed, and its deployment stops",
        *([SetRetention(days)] if days > kept.days else []),
        fix=at_most if days < RETENTION_DAYS else "",
    )
