"""Where a person's token comes from."""

from pathlib import Path

import pytest

from scripts.adapters.github import token
from scripts.adapters.github.token import find_token
from scripts.base.errors import RefusedError


def gh(folder: Path, script: str) -> None:
    """Put a command line of GitHub's into a folder."""
    command = folder / "gh"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_environment_comes_first(path: Path, monkeypatch: pytest.MonkeyPatch):
    gh(path, "echo of-gh")
    monkeypatch.setenv("GITHUB_TOKEN", "of-the-environment")
    assert find_token() == "of-the-environment"


def test_otherwise_gh_is_asked(path: Path):
    gh(path, '[ "$*" = "auth token" ] && echo of-gh')
    assert find_token() == "of-gh"


def test_without_gh_it_is_refused_with_what_to_do():
    with pytest.raises(RefusedError, match="there is no token for GitHub") as caught:
        find_token()
    assert "gh is not installed" in caught.value.which
    assert "gh auth login" in caught.value.next_step


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'no oauth token found' >&2; exit 1", "no oauth token found"),
        ("exit 0", "gh auth token printed none"),
        ("exec 2>&1; while :; do :; done", "did not answer"),
    ],
)
def test_a_gh_that_has_none_is_quoted(
    path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
):
    monkeypatch.setattr(token, "SECONDS", 0.2)
    gh(path, script)
    with pytest.raises(RefusedError) as caught:
        find_token()
    assert said in caught.value.which[1]
