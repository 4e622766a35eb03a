"""The raw REST API of one repository: PyGithub has no method for most of its settings."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scripts.adapters.github.client import asking, client
from scripts.base.errors import RefusedError

if TYPE_CHECKING:
    from github import GithubException

NOT_SHOWN = (403, 404, 409, 410)
"""403 and 404: not with this token, or not with this plan. 409 and 410: switched off, or decided
by the owner."""
RATE_LIMIT = "rate limit"
NEEDS = "administration: write"


class NotShownError(Exception):
    """GitHub shows nothing here to this token; `message` is its answer."""

    def __init__(self, error: "GithubException") -> None:
        self.status = error.status
        self.message = message_of(error)
        super().__init__(f"{self.status} {self.message}".strip())


class Administration:
    """A repository's settings.

    Args:
        repository: `owner/name`.
        token: of an administrator, or of somebody who sees less.

    Raises:
        RefusedError: there is no token.
    """

    def __init__(self, repository: str, token: str) -> None:
        self.repository = repository
        self._requester = client(token).requester
        logging.getLogger("github.GithubRetry").addFilter(_is_news)

    def see(self, path: str, **parameters: Any) -> Any:
        """Return GitHub's answer.

        Args:
            path: below the repository where it begins without a slash, of the API where with one.
            parameters: of the query.

        Raises:
            NotShownError: GitHub does not show it.
            RefusedError: the token is none of GitHub's.
            SlipwayError: GitHub fails.
        """
        from github import BadCredentialsException, GithubException

        with asking(f"reading {path or 'the repository'}", "administration: read"):
            try:
                _, answer = self._requester.requestJsonAndCheck(
                    "GET", self._path(path), parameters=parameters
                )
            except BadCredentialsException as error:
                raise RefusedError(
                    "GitHub does not know this token",
                    which=f"401 {message_of(error)}",
                    next_step="Is it over, or of another server? `gh auth login`, or another "
                    "GITHUB_TOKEN.",
                ) from error
            except GithubException as error:
                if error.status in NOT_SHOWN and RATE_LIMIT not in message_of(error).lower():
                    raise NotShownError(error) from error
                raise
        return answer

    def every(self, path: str, key: str = "", **parameters: Any) -> Iterator[Any]:
        """Yield the entries of all pages.

        Args:
            path: as above.
            key: where the answer is an object: what holds its list.
            parameters: of the query.

        Raises:
            NotShownError: GitHub does not show it.
            SlipwayError: GitHub fails.
        """
        page, size = 1, 100
        while True:
            answer = self.see(path, per_page=size, page=page, **parameters)
            entries = answer[key] if key else answer
            yield from entries
            if len(entries) < size:
                return
            page += 1

    def send(self, method: str, path: str, body: Any = None) -> None:
        """Change something.

        Raises:
            github.GithubException: GitHub says no.
        """
        self._requester.requestJsonAndCheck(method, self._path(path), input=body)

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"/repos/{self.repository}/{path}".rstrip("/")


def _is_news(record: logging.LogRecord) -> bool:
    """PyGithub prints each 403, which is an answer here; that it waits for a rate limit is news."""
    return " failed with 403" not in record.getMessage()


def message_of(error: "GithubException") -> str:
    """Return GitHub's sentence in an error, empty without one."""
    return str(error.data.get("message", "")) if isinstance(error.data, dict) else ""
