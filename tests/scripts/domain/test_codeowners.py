"""The file that says who is asked about a change."""

import pytest

from scripts.domain.codeowners import GUARDED, default_owner, owner_of, render


@pytest.mark.parametrize("owner", ["@ada", "@acme/platform-team"])
def test_a_file_names_its_owner_for_every_path(owner: str):
    rules = [line.split() for line in render(owner).splitlines() if not line.startswith("#")]
    assert rules == [[path, owner] for path in GUARDED]
    assert owner_of(render(owner)) == owner


@pytest.mark.parametrize("owner", ["ada", "@", "@acme/", "@a b", "@a\n* @b", "ada@example.org"])
def test_what_is_neither_a_person_nor_a_team_is_refused(owner: str):
    with pytest.raises(ValueError, match="is neither"):
        render(owner)


@pytest.mark.parametrize("text", ["# nobody\n", "/a @b\n/c @d\n", "/a @b @c\n", "/a\n"])
def test_a_file_without_one_owner_is_told(text: str):
    with pytest.raises(ValueError, match="owners: "):
        owner_of(text)


def test_a_repository_of_a_person_is_theirs():
    assert default_owner("ada/slipway") == "@ada"
