"""What a clone is asked about belongs to whoever adopted it."""

import pytest

from scripts.base.project import ROOT, Project
from scripts.domain.codeowners import default_owner, owner_of, render
from tests.repo.files import text, tracked

FILE = ".github/CODEOWNERS"
PLACEHOLDER = default_owner("example/slipway")


def patterns(content: str) -> list[str]:
    return [line.split()[0] for line in content.splitlines() if line and not line.startswith("#")]


def matched(pattern: str) -> list[str]:
    """Files of a pattern that begins at the top; one that ends with a slash is a folder's."""
    path = pattern.removeprefix("/")
    inside = path.endswith("/")
    return [name for name in tracked() if name == path or (inside and name.startswith(path))]


def fits(owner: str, repository: str | None) -> bool:
    """Whether an owner is one that an adopter chose, or the placeholder of who did not yet.

    Anybody who may write can be chosen, but not the placeholder by somebody else, and no team of
    another organization: GitHub would ask nobody.
    """
    if repository is None:
        return True
    organization, _, team = owner.partition("/")
    return organization == default_owner(repository) or (not team and owner != PLACEHOLDER)


def test_the_file_is_as_it_is_rendered_for_its_owner() -> None:
    assert text(FILE) == render(owner_of(text(FILE)))


def test_its_owner_is_one_of_this_repository() -> None:
    owner = owner_of(text(FILE))
    assert fits(owner, Project.load().repository), f"write your own owner into {FILE}, not {owner}"


@pytest.mark.parametrize(
    ("owner", "repository", "expected"),
    [
        ("@example", "example/slipway", True),
        ("@example", "acme/slipway", False),
        ("@acme", "acme/slipway", True),
        ("@acme/platform", "acme/slipway", True),
        ("@other/platform", "acme/slipway", False),
        ("@ada", "acme/slipway", True),
        ("@example", None, True),
    ],
)
def test_an_owner_fits_a_repository(owner: str, repository: str | None, expected: bool) -> None:
    assert fits(owner, repository) is expected


@pytest.mark.parametrize("pattern", patterns(text(FILE)))
def test_a_path_matches_files(pattern: str) -> None:
    assert pattern.startswith("/"), "it would match at any depth"
    assert matched(pattern), pattern


def test_a_path_that_matches_nothing_is_noticed() -> None:
    assert not matched("/elsewhere/")
    assert not matched("/script")


@pytest.mark.parametrize("folder", [".github", "scripts", "infra"])
def test_what_the_pipelines_trust_rests_on_has_an_owner(folder: str) -> None:
    assert f"/{folder}/" in patterns(text(FILE))
    assert (ROOT / folder).is_dir()
