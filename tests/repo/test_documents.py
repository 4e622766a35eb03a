"""What the pages name exists, and nothing in the repository names a machine it was made on."""

import re

import pytest

from scripts.base.project import ROOT
from tests.repo.files import text, text_or_nothing, tracked

DOCUMENTS = [name for name in tracked() if name.endswith(".md")]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
TOP_FOLDERS = "app|bench|docs|infra|requirements|scripts|emulator|tests"
NAMED = re.compile(rf"`((?:{TOP_FOLDERS})/[\w./-]*)`")
FILE = re.compile(r"`([\w.-]+\.(?:hcl|json|md|py|sh|sha256|tf|toml|txt|yaml|yml))`")
MODULE = re.compile(r"-m ((?:bench|scripts|emulator)(?:\.[a-z]\w*)*)(?![\w.]*[A-Z*])")
WRITTEN_BY_RUNS = {"report.json", "report.md", "facts.json", "ledger.json", "hold.json"}
MADE_ON = re.compile(
    r"(?:^|[^\w./-])/(?:home/\w+|Users/\w+|root|work|workspace|mnt)/"
    # Package registries: which one to ask is a setting of the machine.
    r"|\b(?:pypi|pythonhosted)\.org|\bregistry\.npmjs\.org|\b(?:proxy|sum)\.golang\.org"
    r"|\bdeb\.debian\.org|\bcrates\.io",
    re.MULTILINE,
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_link_leads_to_a_file(document: str) -> None:
    folder = (ROOT / document).parent
    broken = [link for link in LINK.findall(text(document)) if not (folder / link).exists()]
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_path_that_a_page_names_exists(document: str) -> None:
    """Paths with a placeholder or a wildcard are not matched by the pattern."""
    missing = [path for path in NAMED.findall(text(document)) if not (ROOT / path).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_file_that_a_page_names_without_its_folder_exists(document: str) -> None:
    known = {name.rsplit("/", 1)[-1] for name in tracked()} | WRITTEN_BY_RUNS
    assert set(FILE.findall(text(document))) <= known


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_module_that_a_page_runs_exists(document: str) -> None:
    for module in MODULE.findall(text(document)):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_the_readme_is_one_screen() -> None:
    assert len(text("README.md").splitlines()) <= 65


def test_the_readme_has_a_row_for_every_folder() -> None:
    rows = set(re.findall(r"^\| `([\w.]+)/` \|", text("README.md"), re.MULTILINE))
    folders = {name.split("/")[0] for name in tracked() if "/" in name}
    assert rows == {name for name in folders if not name.startswith(".")} - {"requirements"}


def test_no_file_names_a_folder_of_a_machine_or_a_package_registry() -> None:
    found = {
        name: match.group()
        for name in tracked()
        for match in [MADE_ON.search(text_or_nothing(name))]
        if match
    }
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "see /home|/ada/clone",
        'path = "/root|/x"',
        "--index https://pypi|.org/simple",
        "cd /work|/main",
    ],
)
def test_a_name_of_a_machine_is_noticed(line: str) -> None:
    """Each is written in two halves: this file is looked through as well."""
    assert MADE_ON.search(line.replace("|", ""))


@pytest.mark.parametrize("line", ["/opt/venv/bin", "~/.terraform.d", "a.root/x", "docs/work/x"])
def test_other_paths_are_not(line: str) -> None:
    assert not MADE_ON.search(line)


def messages() -> list[str]:
    """What the first column of the runbook quotes of the commands' output."""
    first = re.findall(r"^\| (.*?) \|", text("docs/runbook.md"), re.MULTILINE)
    return [quoted for cell in first for quoted in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("message", messages())
def test_a_message_of_the_runbook_is_one_that_a_command_prints(message: str) -> None:
    """An ellipsis stands for what varies."""
    sources = "\n".join(text(name) for name in tracked() if name.endswith(".py"))
    unwrapped = re.sub(r'"\s*\n\s*f?"', "", sources)
    missing = [part for part in re.split(r"…", message) if part.strip() not in unwrapped]
    assert not missing
