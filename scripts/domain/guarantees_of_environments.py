"""What the documents promise about GitHub's environments: main alone, and who approves."""

from scripts.base import place
from scripts.base.project import Environment, Project
from scripts.domain.guarantee import Guarantee, Wanted, broken, holds, not_offered, unseen
from scripts.domain.repository_settings import EnvironmentSettings, RepositorySettings, Reviewer
from scripts.domain.setting_changes import AllowBranch, Change, SetEnvironment

MOST_REVIEWERS = 6
"""GitHub: "Deployments and environments", required reviewers."""


def environment_guarantees(
    project: Project, settings: RepositorySettings, wanted: Wanted
) -> list[Guarantee]:
    """Judge the environments of `project.json`, and those whose reviewers approve."""
    found = []
    for environment in project.environments:
        found.append(_takes_main_alone(environment.name, settings, (), OF_ITS_ROLES))
        if environment.approval:
            found += _waits_for_a_person(environment, settings, wanted)
    return found


OF_ITS_ROLES = "a job of any branch may name it; its roles ask for main themselves"
OF_ITS_QUESTION = "a job of any branch may ask its reviewers; no role depends on their answer"


def _takes_main_alone(
    name: str,
    settings: RepositorySettings,
    reviewers: tuple[Reviewer, ...],
    consequence: str,
) -> Guarantee:
    guarantee = f"only main deploys to {name}"
    if not settings.offers("environments"):
        return not_offered(
            guarantee,
            "GitHub offers environments of private repositories from Pro and Team on",
            consequence,
            "Make the repository public, or change its owner's plan",
        )
    if settings.environments is None:
        return unseen(guarantee, settings, "environments")
    seen = settings.environments.get(name)
    changes = _changes(name, settings, reviewers)
    if seen is None:
        return broken(guarantee, "it does not exist", "main", consequence, *changes)
    if seen.branches == "any":
        return broken(guarantee, "every branch may", "main", consequence, *changes)
    if seen.branches == "protected":
        return broken(
            guarantee,
            "every protected branch may",
            "main",
            consequence,
            fix=f"Settings, Environments, {name}: selected branches and tags, main alone",
        )
    return _only_main(guarantee, seen, settings, consequence, changes)


def _only_main(
    guarantee: str,
    seen: EnvironmentSettings,
    settings: RepositorySettings,
    consequence: str,
    changes: tuple[Change, ...],
) -> Guarantee:
    if seen.policies is None:
        return unseen(guarantee, settings, "environments")
    others = [policy for policy in seen.policies if (policy.pattern, policy.kind) != MAIN]
    if not others and seen.policies:
        return holds(guarantee, "main")
    path = f"repos/{settings.repository}/environments/{seen.name}/deployment-branch-policies"
    commands = [f"gh api -X DELETE {path}/{policy.id}" for policy in others]
    patterns = [f"{policy.kind} {policy.pattern}" for policy in others]
    missing = [change for change in changes if isinstance(change, AllowBranch)]
    return broken(
        guarantee,
        f"{', '.join(patterns)} may too" if patterns else "no branch may",
        "main",
        consequence if patterns else "no deployment begins",
        *missing,
        fix="; ".join(commands),
    )


MAIN = ("main", "branch")


def _changes(
    name: str, settings: RepositorySettings, reviewers: tuple[Reviewer, ...]
) -> tuple[Change, ...]:
    """Everything that an environment lacks, which its guarantees share."""
    seen = (settings.environments or {}).get(name, EnvironmentSettings(name))
    there = name in (settings.environments or {})
    should = SetEnvironment.of(seen, reviewers or seen.reviewers)
    same = there and should.branches == seen.branches and should.reviewers == seen.reviewers
    named = {(policy.pattern, policy.kind) for policy in seen.policies or ()}
    lacks_main = should.branches == "custom" and MAIN not in named and seen.policies is not None
    return (
        *(() if same else (should,)),
        *((AllowBranch(name, "main"),) if lacks_main else ()),
    )


def _waits_for_a_person(
    environment: Environment, settings: RepositorySettings, wanted: Wanted
) -> list[Guarantee]:
    guarantee = f"{environment.name} waits for an approval"
    name = environment.approvers
    seen = (settings.environments or {}).get(name, EnvironmentSettings(name))
    new = tuple(one for one in wanted.reviewers if one not in seen.reviewers)
    all_of_them = (*seen.reviewers, *new)
    fits = len(all_of_them) <= MOST_REVIEWERS and settings.offers("required reviewers")
    reviewers = all_of_them if fits else seen.reviewers
    main_alone = _takes_main_alone(name, settings, reviewers, OF_ITS_QUESTION)
    if not (settings.offers("environments") and settings.offers("required reviewers")):
        asked = not_offered(
            guarantee,
            "GitHub offers required reviewers to private repositories with Enterprise only",
            f"nobody is asked: after a merge {environment.name} waits until somebody dispatches "
            "deploy for it",
            "Make the repository public, or change its owner's plan",
        )
    elif settings.environments is None:
        asked = unseen(guarantee, settings, "environments")
    elif not reviewers and settings.visibility != "public" and settings.enterprise is None:
        # A job's token is never shown the plan: it may be one that has no reviewers at all.
        asked = unseen(guarantee, settings, "plan", f"{name} has no reviewers, and the plan is")
    else:
        asked = _asks(guarantee, environment, seen, new, _changes(name, settings, reviewers))
    return [main_alone, asked]


def _asks(
    guarantee: str,
    environment: Environment,
    seen: EnvironmentSettings,
    new: tuple[Reviewer, ...],
    changes: tuple[Change, ...],
) -> Guarantee:
    names = ", ".join(reviewer.name for reviewer in seen.reviewers)
    if seen.reviewers and not new:
        return holds(guarantee, f"of {names}")
    consequence = (
        "whom you named is not asked"
        if seen.reviewers
        else f"nobody is asked: {environment.name} waits until somebody dispatches deploy for it"
    )
    found = f"required reviewers of {seen.name}: {names or 'none'}"
    should = ", ".join((*filter(None, [names]), *(reviewer.name for reviewer in new)))
    if not new:
        command = f"{place.command('connect')} --reviewer LOGIN"
        return broken(guarantee, found, "at least one", consequence, fix=command)
    if len(seen.reviewers) + len(new) > MOST_REVIEWERS:
        return broken(
            guarantee,
            found,
            should,
            consequence,
            fix=f"GitHub takes {MOST_REVIEWERS}: take one away first, or name a team",
        )
    return broken(guarantee, found, should, consequence, *changes)
