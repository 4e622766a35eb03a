"""Every guarantee that GitHub's settings give, in the order in which they are mended."""

from scripts.base.project import Project
from scripts.domain.guarantee import Guarantee, Wanted
from scripts.domain.guarantees_of_actions import actions_guarantees
from scripts.domain.guarantees_of_environments import environment_guarantees
from scripts.domain.guarantees_of_main import main_guarantees
from scripts.domain.guarantees_of_repository import repository_guarantees
from scripts.domain.repository_settings import RepositorySettings
from scripts.domain.setting_changes import Change


def judge(project: Project, settings: RepositorySettings, wanted: Wanted) -> list[Guarantee]:
    """Compare a repository's settings with what the documents promise.

    Args:
        project: what it should be.
        settings: what it is.
        wanted: what the repository needs besides.
    """
    return [
        *repository_guarantees(project, settings, wanted),
        *actions_guarantees(settings, wanted),
        *environment_guarantees(project, settings, wanted),
        *main_guarantees(settings),
    ]


def differences(guarantees: list[Guarantee]) -> list[Guarantee]:
    """Return those that are not in force and that the plan offers."""
    return [one for one in guarantees if one.state == "not in force" and one.offered]


def changes(guarantees: list[Guarantee]) -> list[Change]:
    """Return what mends them, each change once, in their order."""
    found: list[Change] = []
    for guarantee in guarantees:
        found += [change for change in guarantee.changes if change not in found]
    return found
