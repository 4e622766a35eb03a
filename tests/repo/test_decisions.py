"""Every decision has one page of the same form and one row in the index."""

import re
from pathlib import Path

import pytest

from scripts.base.project import ROOT
from tests.repo.files import text

FOLDER = ROOT / "docs" / "decisions"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
SECTIONS = ["Status", "Context", "Decision", "Consequences"]
ROW = re.compile(r"^\| \[(\d{4})\]\(([\w.-]+)\) \| (.+) \| (.+) \|$", re.MULTILINE)
LONGEST = 80


def title(page: Path) -> str:
    return page.read_text().splitlines()[0]


def status(page: Path) -> str:
    return page.read_text().split("## Status\n\n")[1].split("\n")[0]


def test_the_index_shows_every_page_with_its_number_title_and_status() -> None:
    shown = ROW.findall(text("docs/decisions/README.md"))
    assert shown == [
        (page.name[:4], page.name, title(page)[len("# 0000: ") :], status(page)) for page in PAGES
    ]


def test_a_number_is_used_once() -> None:
    numbers = [page.name[:4] for page in PAGES]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_is_one_page_with_its_four_sections(page: Path) -> None:
    assert re.fullmatch(rf"# {page.name[:4]}: \S.*", title(page))
    assert re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE) == SECTIONS
    assert len(page.read_text().splitlines()) <= LONGEST
