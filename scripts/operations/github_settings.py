"""Looks at a repository's settings on GitHub, and brings them to what the documents promise.

Whatever it is killed after, running it again goes on: it looks, compares, and makes each change
that is missing. It looks again until nothing is left to change: one change can show another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scripts.adapters.github.administration import Administration
from scripts.adapters.github.find_reviewers import find_reviewers
from scripts.adapters.github.issues import TOPICS
from scripts.adapters.github.read_settings import read_settings
from scripts.adapters.github.token import find_token
from scripts.adapters.github.used_actions import used_actions, workflow_files
from scripts.adapters.github.write_settings import NotOfferedError, OverruledError, apply
from scripts.base.console import say, step
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain import github_guarantees
from scripts.domain.findings import Finding, Section
from scripts.domain.guarantee import Guarantee, Wanted
from scripts.domain.repository_settings import Feature, RepositorySettings
from scripts.domain.setting_changes import Change
from scripts.reporting.settings_text import sentence


@dataclass(frozen=True)
class Look:
    """What was seen, and what it means.

    Attributes:
        settings: as GitHub has them.
        guarantees: each, in force or not.
    """

    settings: RepositorySettings
    guarantees: list[Guarantee]

    @property
    def findings(self) -> list[Finding]:
        """Each guarantee as `doctor` says it."""
        return [guarantee.finding() for guarantee in self.guarantees]

    @property
    def changes(self) -> list[Change]:
        """What `connect` would change, in this order."""
        return github_guarantees.changes(self.guarantees)


def look(project: Project, reviewers: Sequence[str] = (), token: str | None = None) -> Look:
    """Read the settings and judge them; nothing is changed.

    Args:
        project: what they should be; its numbers may be missing.
        reviewers: who shall approve: logins, or `organization/team`; none leaves those who do.
        token: an administrator's sees everything; without one GITHUB_TOKEN or that of `gh`.

    Raises:
        RefusedError: there is no token, GitHub does not know it, or it does not see the repository
            or a reviewer; or project.json names no repository.
        SlipwayError: GitHub fails.
    """
    administration = _administration(project, token)
    return _look(project, administration, _wanted(administration, reviewers))


def section(project: Project) -> Section:
    """Look, and return it as `doctor` shows it; where nothing is shown at all, that is said.

    Raises:
        SlipwayError: GitHub fails.
    """
    try:
        seen = look(project)
    except RefusedError as error:
        why = " ".join([error.what, *error.which])
        found = Finding("GitHub's settings", "cannot be seen", why, error.next_step)
        return f"GitHub: {project.repository}", [found]
    return f"GitHub: {seen.settings.repository}", seen.findings


def connect_github(
    project: Project, token: str | None, reviewers: Sequence[str], *, yes: bool
) -> Look:
    """Say what would change on GitHub, and with `yes` change it.

    Returns:
        What is there afterwards. `Look.changes` is empty where nothing is left to do; what a plan
        does not offer and what a person has to do stands in `Look.findings`.

    Raises:
        as `look`; SlipwayError also where GitHub refuses a change. Those before it are made.
    """
    administration = _administration(project, token)
    wanted = _wanted(administration, reviewers)
    with step(f"looking at the settings of {administration.repository} on GitHub"):
        seen = _look(project, administration, wanted)
    say(sentence(seen.settings))
    if yes:
        return _converge(project, administration, wanted, seen)
    for change in seen.changes:
        say(f"would {change}")
    return seen


def _administration(project: Project, token: str | None) -> Administration:
    if project.repository is None:
        raise RefusedError(
            "this clone is not connected to GitHub",
            which='project.json: "repository" is null',
            next_step="Set it to OWNER/NAME.",
        )
    return Administration(project.repository, token or find_token())


def _wanted(administration: Administration, reviewers: Sequence[str]) -> Wanted:
    return Wanted(
        find_reviewers(administration, reviewers),
        tuple(topic.label for topic in TOPICS),
        used_actions(),
        workflow_files(),
    )


def _look(
    project: Project,
    administration: Administration,
    wanted: Wanted,
    refused: frozenset[Feature] = frozenset(),
) -> Look:
    seen = read_settings(administration)
    settings = replace(seen, refused=seen.refused | refused)
    return Look(settings, github_guarantees.judge(project, settings, wanted))


def _converge(project: Project, administration: Administration, wanted: Wanted, seen: Look) -> Look:
    tried: list[Change] = []
    refused: set[Feature] = set()
    # What was tried once and is wanted again is decided elsewhere: by the owner, or by a person.
    while new := [change for change in seen.changes if change not in tried]:
        for change in new:
            tried.append(change)
            if (feature := _make(administration, change)) is not None:
                # What follows may build on it: what is wanted without it is another list.
                refused.add(feature)
                break
        seen = _look(project, administration, wanted, frozenset(refused))
    return seen


def _make(administration: Administration, change: Change) -> Feature | None:
    """Make a change; return what the plan lacks for it, None where it is made."""
    try:
        with step(str(change)):
            apply(administration, change)
    except NotOfferedError as error:
        say(f"the plan of this repository does not offer it: {error}")
        return error.feature
    except OverruledError as error:
        say(f"the owner of this repository has decided it for all: {error}")
    return None
