"""What the documents promise about the repository as a whole, its issues and its secrets."""

import re

from scripts.base.project import Project
from scripts.domain.guarantee import Guarantee, Wanted, broken, holds, not_offered, unseen
from scripts.domain.repository_settings import RepositorySettings
from scripts.domain.setting_changes import (
    MakeLabel,
    SetVariable,
    SwitchIssuesOn,
    TakePrivateReports,
)

AWS_KEY = re.compile(r"ACCESS_KEY|AWS.*(KEY|TOKEN)", re.IGNORECASE)
ATTEST = "ATTEST"
"""The variable that says that a private repository's plan has attestations."""


def repository_guarantees(
    project: Project, settings: RepositorySettings, wanted: Wanted
) -> list[Guarantee]:
    """Judge the repository itself."""
    return [
        _is_the_one(project, settings),
        _numbers(project, settings),
        _lives(settings),
        _deploys_from_main(settings),
        _takes_issues(settings),
        _has_labels(settings, wanted),
        _keeps_no_key(settings),
        _attests(settings),
        *_takes_reports(settings),
    ]


def _is_the_one(project: Project, settings: RepositorySettings) -> Guarantee:
    name = "project.json names this repository"
    if project.repository == settings.repository:
        return holds(name, settings.repository)
    return broken(
        name,
        f"it says {project.repository}, GitHub says {settings.repository}",
        settings.repository,
        "roles ask for the name in project.json, so no job gets one",
        fix=f'Set "repository" in project.json to "{settings.repository}", then bootstrap again',
    )


def _numbers(project: Project, settings: RepositorySettings) -> Guarantee:
    name = "project.json holds GitHub's numbers of owner and repository"
    ours = (project.owner_id, project.repository_id)
    theirs = (settings.owner_id, settings.repository_id)
    if ours == theirs:
        return holds(name, f"owner {theirs[0]}, repository {theirs[1]}")
    return broken(
        name,
        f"it says {ours[0]} and {ours[1]}, GitHub says {theirs[0]} and {theirs[1]}",
        f"{theirs[0]} and {theirs[1]}",
        "roles accept no token of a repository made since July 2026 without them",
        fix=f'Set "owner_id" to {theirs[0]} and "repository_id" to {theirs[1]} in project.json, '
        "then bootstrap again",
    )


def _lives(settings: RepositorySettings) -> Guarantee:
    name = "the repository is its own, and in use"
    if settings.archived:
        return broken(
            name,
            "it is archived",
            "it is not",
            "nothing can be merged and nothing runs",
            fix=f"gh repo unarchive {settings.repository}",
        )
    if settings.fork:
        return broken(
            name,
            "it is a fork",
            "it is none",
            "pull requests go to the original by default, and schedules are off in forks",
            fix="Make a repository of its own (Use this template), or leave the network of forks: "
            "Settings, General, Danger Zone",
        )
    return holds(name, "neither a fork nor archived")


def _deploys_from_main(settings: RepositorySettings) -> Guarantee:
    name = "the default branch is main"
    branch = settings.default_branch
    if branch == "main":
        return holds(name, branch)
    rename = f"repos/{settings.repository}/branches/{branch}/rename"
    return broken(
        name,
        f"it is {branch}",
        "main",
        "schedules and dispatches run the default branch, whose jobs get no role",
        fix=f"gh api -X POST {rename} -f new_name=main",
    )


def _takes_issues(settings: RepositorySettings) -> Guarantee:
    name = "failed deployments and drift are told in issues"
    if settings.issues:
        return holds(name, "Issues are on")
    consequence = "GitHub answers 410 to every report, so nobody hears of them"
    return broken(name, "Issues are off", "on", consequence, SwitchIssuesOn())


def _has_labels(settings: RepositorySettings, wanted: Wanted) -> Guarantee:
    name = "the labels of those issues exist"
    if settings.labels is None:
        return unseen(name, settings, "labels")
    # GitHub takes labels for the same whatever their case.
    there = {label.lower() for label in settings.labels}
    missing = [label for label in wanted.labels if label.lower() not in there]
    if not missing:
        return holds(name, ", ".join(wanted.labels))
    return broken(
        name,
        f"{', '.join(missing)}: missing",
        ", ".join(wanted.labels),
        "the first report has to make them, and its token may not be allowed to",
        *map(MakeLabel, missing),
    )


def _keeps_no_key(settings: RepositorySettings) -> Guarantee:
    name = "no key of AWS is kept as a secret"
    places = [(settings.secrets, "")]
    for environment in (settings.environments or {}).values():
        places.append((environment.secrets, f" --env {environment.name}"))
    keys = [
        (secret, option)
        for secrets, option in places
        for secret in secrets or ()
        if AWS_KEY.search(secret)
    ]
    if keys:
        commands = [f"gh secret delete {secret}{option}" for secret, option in keys]
        return broken(
            name,
            f"{', '.join(f'{secret}{option}' for secret, option in keys)}",
            "none",
            "every workflow of any branch can read it, whatever the roles ask for",
            fix=f"Delete the key in AWS, then: {'; '.join(commands)} "
            "(a secret of the organization: its settings)",
        )
    hidden = next((place for place, (secrets, _) in enumerate(places) if secrets is None), None)
    unlisted = settings.environments is None and settings.offers("environments")
    if hidden is not None or unlisted:
        return unseen(name, settings, "secrets" if hidden == 0 else "environments")
    return holds(name, "none that looks like one")


def _attests(settings: RepositorySettings) -> Guarantee:
    """GitHub: "Using artifact attestations": public, or private with Enterprise Cloud."""
    name = "images are attested"
    if settings.visibility == "public":
        return holds(name, "GitHub attests for public repositories")
    if settings.variables is None:
        return unseen(name, settings, "variables")
    if settings.variables.get(ATTEST) == "true":
        return holds(name, f"the variable {ATTEST} is true")
    consequence = "nobody can tell from the registry where an image was built"
    if settings.enterprise:
        change = SetVariable(ATTEST, "true", ATTEST not in settings.variables)
        found = f"the variable {ATTEST} is not true"
        return broken(name, found, "true", consequence, change)
    return not_offered(
        name,
        "GitHub attests for private repositories with Enterprise Cloud only",
        consequence,
        f"Make the repository public; with Enterprise Cloud: gh variable set {ATTEST} --body true",
    )


def _takes_reports(settings: RepositorySettings) -> list[Guarantee]:
    """GitHub: "Privately reporting a security vulnerability"; only public ones have it."""
    if settings.visibility != "public":
        return []
    name = "vulnerabilities can be reported in private"
    if settings.private_reports is None:
        return [unseen(name, settings, "private_reports")]
    if settings.private_reports:
        return [holds(name, "private vulnerability reporting is on")]
    consequence = "whoever finds one has to tell everybody at once"
    return [broken(name, "it is off", "on", consequence, TakePrivateReports())]
