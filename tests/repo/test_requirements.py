"""Python packages are pinned to the bytes of their files."""

import re

import pytest

from tests.repo.files import text

LOCKS = ("dev", "run")


def canonical(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(name: str) -> set[str]:
    """Packages that a `.in` file names, those of a file that it includes too."""
    found: set[str] = set()
    for line in text(f"requirements/{name}.in").splitlines():
        if line.startswith("-r "):
            found |= asked(line.removeprefix("-r ").removesuffix(".in"))
        elif line and not line.startswith("#"):
            found.add(canonical(re.split(r"[\[<>=!~; ]", line)[0]))
    return found


def blocks(name: str) -> dict[str, str]:
    """What a lock file says of each package, from its name to the next."""
    parts = re.split(r"^(?=[A-Za-z0-9])", text(f"requirements/{name}.txt"), flags=re.MULTILINE)
    return {canonical(re.split(r"[\[=]", part)[0]): part for part in parts if part[:1].isalnum()}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_to_one_version_with_its_hashes(name: str) -> None:
    for package, block in blocks(name).items():
        assert re.match(r"[\w.\-\[\],]+==[^\s;]+", block), package
        assert "--hash=sha256:" in block, package


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_what_is_asked_for(name: str) -> None:
    assert asked(name) <= set(blocks(name))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_nothing_that_is_no_longer_asked_for(name: str) -> None:
    direct = {
        package
        for package, block in blocks(name).items()
        if re.search(r"-r requirements/\w+\.in", block)
    }
    assert direct <= asked(name)


def test_tests_run_the_versions_that_the_image_holds() -> None:
    def version(block: str) -> str:
        return block.split()[0]

    tested, shipped = blocks("dev"), blocks("run")
    assert {name: version(block) for name, block in shipped.items()} == {
        name: version(tested[name]) for name in shipped
    }
