"""GitHub's REST API, through PyGithub, with the token of the job.

PyGithub takes a quarter of a second to import, so it waits until GitHub is asked for something.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scripts.base.errors import RefusedError, SlipwayError, UnknownStateError
from scripts.base.project import Project

if TYPE_CHECKING:
    from github import Github
    from github.Repository import Repository

PUBLIC = "https://api.github.com"
SECONDS = 20
DENIED = (401, 403, 404)
"""GitHub says 404 about what a token may not even see."""


def client(token: str | None = None) -> "Github":
    """Return a client of GITHUB_API_URL.

    Args:
        token: acts with it; without one with GITHUB_TOKEN.

    Raises:
        RefusedError: there is no token.
    """
    token = token or os.environ.get("GITHUB_TOKEN")
    if not token:
        raise RefusedError(
            "GITHUB_TOKEN is not set",
            next_step="In a workflow, give the step `GITHUB_TOKEN: ${{ github.token }}`; at home: "
            "GITHUB_TOKEN=$(gh auth token)",
        )
    from github import Auth, Github

    return Github(
        auth=Auth.Token(token),
        base_url=os.environ.get("GITHUB_API_URL", PUBLIC),
        timeout=SECONDS,
        per_page=100,
        # A step makes a handful of calls: PyGithub's pauses are for programs that make thousands.
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )


def repository() -> "Repository":
    """Return the repository of the running workflow, or the one of project.json; nothing is asked.

    Raises:
        RefusedError: there is no token, or project.json names no repository.
    """
    name = os.environ.get("GITHUB_REPOSITORY") or Project.load().repository
    if name is None:
        raise RefusedError(
            "this clone is not connected to GitHub",
            which='project.json: "repository" is null',
            next_step="Set it to OWNER/NAME.",
        )
    return client().get_repo(name)


@contextmanager
def asking(what: str, needs: str) -> Iterator[None]:
    """Turn GitHub's errors into ones that a person reads.

    Args:
        what: what is asked of GitHub: "looking for the issue".
        needs: the right of the job that it takes: "issues: write".

    Raises:
        SlipwayError: GitHub refuses it, or does not do it.
        UnknownStateError: GitHub does not answer.
    """
    import requests
    from github import GithubException

    try:
        yield
    except GithubException as error:
        message = error.data.get("message", "") if isinstance(error.data, dict) else ""
        denied = error.status in DENIED
        raise SlipwayError(
            f"GitHub refused: {what}" if denied else f"GitHub failed: {what}",
            which=f"{error.status} {message}".strip(),
            next_step=f"Does the token have `{needs}`?" if denied else "Run it again.",
        ) from error
    except requests.RequestException as error:
        raise UnknownStateError(
            f"GitHub did not answer: {what}", which=str(error), next_step="Run it again."
        ) from error
