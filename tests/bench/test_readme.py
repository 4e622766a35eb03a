"""Every measurement has its place in bench/README.md, and writes nowhere else."""

import re

import pytest

from bench import report
from bench.__main__ import MEASUREMENTS
from tests.repo.files import text

MARK = re.compile(r"<!-- (\w+) figures: (begin|end) -->")
README = (
    "# Figures\n\n<!-- emulator figures: begin -->\nold\n<!-- emulator figures: end -->\n\nMore\n"
)


def test_every_measurement_of_make_bench_has_its_marks_once():
    found = MARK.findall(text("bench/README.md"))
    names = [part.__name__.removeprefix("bench.") for part in MEASUREMENTS]
    assert sorted(found) == sorted((name, mark) for name in names for mark in ("begin", "end"))


def test_figures_are_written_between_their_marks(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(README)
    report.replace(readme, "new", "emulator")
    assert readme.read_text() == README.replace("old", "new")


def test_figures_without_a_place_are_refused(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(README)
    with pytest.raises(ValueError, match="no marks for the figures of the rollouts"):
        report.replace(readme, "new", "rollouts")
    assert readme.read_text() == README
