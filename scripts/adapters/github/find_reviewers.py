"""Finds those who shall approve: GitHub's rules name people and teams by number."""

from collections.abc import Sequence
from urllib.parse import quote

from scripts.adapters.github.administration import Administration, NotShownError
from scripts.base.errors import RefusedError
from scripts.domain.repository_settings import Reviewer


def find_reviewers(administration: Administration, names: Sequence[str]) -> tuple[Reviewer, ...]:
    """Return people by their login, and teams by `organization/slug`.

    Raises:
        RefusedError: GitHub shows no such person or team.
        SlipwayError: GitHub fails.
    """
    return tuple(_find_reviewer(administration, name) for name in names)


def _find_reviewer(administration: Administration, name: str) -> Reviewer:
    organization, _, slug = name.rpartition("/")
    path = f"/orgs/{quote(organization)}/teams/{quote(slug)}" if slug != name else ""
    try:
        found = administration.see(path or f"/users/{quote(name)}")
    except NotShownError as error:
        raise RefusedError(
            f"GitHub shows no {'team' if path else 'person'} {name!r}",
            which=str(error),
            next_step="Name people by their login and teams as ORGANIZATION/TEAM.",
        ) from error
    if path:
        return Reviewer("Team", f"{organization}/{found['slug']}", found["id"])
    return Reviewer("User", found["login"], found["id"])
