"""Every module explains itself, and every rule that it states was seen to fire."""

import re
from pathlib import Path

import pytest

from scripts.base.project import ROOT
from tests.repo.files import folders

MODULES = folders("infra/modules/*")
ROOTS = [*folders("infra/bootstrap"), *folders("infra/envs/*")]
VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r'^output "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
ATTRIBUTE = re.compile(r"^  (\w+)\s*(?:=|\{)", re.MULTILINE)
RULES = ("description", "type", "default", "nullable", "validation")


def content(folder: Path, pattern: str) -> str:
    return "\n".join(file.read_text() for file in sorted(folder.glob(pattern)))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_has_a_page_and_tests(module: Path) -> None:
    assert (module / "README.md").read_text().startswith("# ")
    assert content(module, "tests/*.tftest.hcl").count('\nrun "') >= 1


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_variable_is_described_typed_and_never_any(module: Path) -> None:
    for name, body in VARIABLE.findall(content(module, "*.tf")):
        attributes = ATTRIBUTE.findall(body)
        assert attributes[:2] == ["description", "type"], name
        assert list(dict.fromkeys(attributes)) == [key for key in RULES if key in attributes], name
        assert not re.search(r"\bany\b", body.split("validation")[0].split("type")[1]), name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_validation_is_fired_by_a_test(module: Path) -> None:
    """A variable with N validations is refused by at least N runs, each for its own reason."""
    tests = content(module, "tests/*.tftest.hcl")
    fired = re.findall(
        r"\bvar\.(\w+)\b", " ".join(re.findall(r"expect_failures = \[(.*?)\]", tests))
    )
    for name, body in VARIABLE.findall(content(module, "*.tf")):
        stated = len(re.findall(r"^  validation \{", body, re.MULTILINE))
        assert fired.count(name) >= stated, f"{name}: {stated} rules, {fired.count(name)} fired"


@pytest.mark.parametrize(
    "folder", [*MODULES, *ROOTS], ids=lambda path: path.relative_to(ROOT / "infra").as_posix()
)
def test_variables_and_outputs_are_in_the_files_of_their_names(folder: Path) -> None:
    for file in folder.glob("*.tf"):
        blocks = re.findall(r'^(variable|output) "', file.read_text(), re.MULTILINE)
        assert set(blocks) <= {file.stem.removesuffix("s")}, file.name


def test_every_folder_asks_for_the_same_versions() -> None:
    """Terraform lets no folder take this from another, and the allow-list lets none link to it."""
    first = ROOTS[0] / "terraform.tf"
    others = [
        str(path.relative_to(ROOT))
        for folder in [*ROOTS, *MODULES]
        for path in [folder / "terraform.tf"]
        if path.read_text() != first.read_text()
    ]
    copy = f"for file in {' '.join(others)}; do cp {first.relative_to(ROOT)} $file; done"
    assert others == [], f"to make them equal: {copy}"


def outputs() -> list[tuple[str, str]]:
    return [
        (module.name, name)
        for module in MODULES
        for name, _ in OUTPUT.findall(content(module, "*.tf"))
    ]


@pytest.mark.parametrize(("module", "name"), outputs())
def test_an_output_is_used_by_somebody(module: str, name: str) -> None:
    used = re.compile(rf"\bmodule\.{module}(?:\[[^]]+\])?\.{name}\b")
    inside = re.compile(rf"\boutput\.{name}\b")
    own = next(folder for folder in MODULES if folder.name == module)
    assert any(
        used.search(content(folder, "*.tf")) for folder in [*MODULES, *ROOTS]
    ) or inside.search(content(own, "tests/*.tftest.hcl"))
