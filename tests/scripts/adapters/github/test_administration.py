"""GitHub's answers that are no settings."""

from typing import Any

import pytest
from github import GithubException

from scripts.adapters.github.administration import Administration, NotShownError
from scripts.adapters.github.write_settings import apply
from scripts.base.errors import SlipwayError
from scripts.domain.setting_changes import SwitchIssuesOn


class Refusing:
    """A requester to which GitHub says no."""

    def __init__(self, status: int, message: str) -> None:
        data = {"message": message, "errors": ["what is wrong"]}
        self.error = GithubException(status, data, {})

    def requestJsonAndCheck(self, *_: Any, **__: Any) -> Any:  # noqa: N802
        raise self.error


def refused(status: int, message: str) -> Administration:
    administration = Administration("o/r", "token")
    administration._requester = Refusing(status, message)  # type: ignore[assignment]
    return administration


@pytest.mark.parametrize("status", [403, 404, 409, 410])
def test_what_is_not_shown_is_quoted(status: int):
    with pytest.raises(NotShownError, match=f"{status} Not for you"):
        refused(status, "Not for you").see("actions/permissions")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "API rate limit exceeded for user"),
        (403, "You have exceeded a secondary rate limit"),
        (500, "oops"),
    ],
)
def test_what_fails_for_a_while_is_not_taken_for_hidden(status: int, message: str):
    with pytest.raises(SlipwayError, match="reading actions/permissions") as caught:
        refused(status, message).see("actions/permissions")
    assert message in caught.value.which[0]


def test_a_change_that_is_not_valid_says_what_github_names():
    with pytest.raises(SlipwayError, match="does not take it: switch Issues on") as caught:
        apply(refused(422, "Validation Failed"), SwitchIssuesOn())
    assert caught.value.which == ["422 Validation Failed", "what is wrong"]
