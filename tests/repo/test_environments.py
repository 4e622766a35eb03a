"""Environments differ in values only: `diff -r` of the two shows nothing else."""

import itertools
import re
from pathlib import Path

import pytest

from scripts.base.project import ROOT, Project, environments, unlisted
from scripts.operations.terraform_roots import check_network
from tests.repo.files import folders, text

LITERAL = r'(?:"(?:[^"\\$%]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)'
PAIR = rf"[\w-]+ = {LITERAL}"
COLLECTION = rf"(?:\[(?:{LITERAL}(?:, )?)*\]|\{{ (?:{PAIR}(?:, )?)+ \}})"
VALUE = re.compile(rf"^(\s*[\w-]+\s*= )(?:{LITERAL}|{COLLECTION})(?= *(?:#|$))")
WIRING = re.compile(r"^\s*(source|version|required_version|bucket|region)\s*=")


def masked(file: Path) -> list[str]:
    """Lines of a file with literal values masked; where code comes from is wiring, not a value."""
    return [
        line if WIRING.match(line) else VALUE.sub(r"\1VALUE", re.sub(r" +=", " =", line))
        for line in file.read_text().splitlines()
    ]


def pairs() -> list[tuple[str, str]]:
    return list(itertools.pairwise(environments()))


def test_every_folder_has_its_entry() -> None:
    assert unlisted(Project.load()) == [], "add them to project.json: docs/architecture.md"


@pytest.mark.parametrize(("one", "other"), pairs())
def test_environments_have_the_same_files(one: str, other: str) -> None:
    def names(environment: str) -> list[str]:
        folder = ROOT / "infra" / "envs" / environment
        return sorted(path.name for path in folder.iterdir() if path.is_file())

    assert names(one) == names(other)


@pytest.mark.parametrize(("one", "other"), pairs())
def test_environments_differ_in_values_only(one: str, other: str) -> None:
    base = ROOT / "infra" / "envs"
    for file in sorted((base / one).glob("*.tf")):
        assert masked(file) == masked(base / other / file.name), file.name


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ('  name = "dev"', "  name = VALUE"),
        ("  minimum = 2 # one a zone", "  minimum = VALUE # one a zone"),
        ("  zones = { a = 0, b = 1 }", "  zones = VALUE"),
        ('  emails = ["a@b", "c@d"]', "  emails = VALUE"),
        ("  emails = []", "  emails = VALUE"),
        ("  name = var.name", "  name = var.name"),
        ('  name = "${var.name}-x"', '  name = "${var.name}-x"'),
        ("  rollout = {", "  rollout = {"),
        ('  source = "../../modules/platform"', '  source = "../../modules/platform"'),
    ],
)
def test_only_literal_values_are_masked(tmp_path: Path, line: str, result: str) -> None:
    file = tmp_path / "main.tf"
    file.write_text(line)
    assert masked(file) == [result]


def test_no_file_of_an_environment_names_it() -> None:
    """A copy of the folder is another environment without a change."""
    for name in environments():
        for file in (ROOT / "infra" / "envs" / name).glob("*.tf"):
            assert not re.search(rf"\b{name}\b", file.read_text()), file


@pytest.mark.parametrize("name", environments())
def test_an_environment_has_a_network_of_its_own(name: str) -> None:
    check_network(name)


def test_the_makefile_takes_the_first_environment_where_none_is_named() -> None:
    assert f"\nENV    ?= {environments()[0]}\n" in text("Makefile")


def test_every_root_locks_the_provider_to_the_same_checksums() -> None:
    roots = [*folders("infra/bootstrap"), *folders("infra/envs/*")]
    locks = {root.name: (root / ".terraform.lock.hcl").read_text() for root in roots}
    assert len(locks) >= 3
    assert len(set(locks.values())) == 1, sorted(locks)
