"""Whitespace that an editor leaves behind."""

from pathlib import Path

import pytest

from scripts.upkeep.check_whitespace import flaws, main


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"one\ntwo\n", []),
        (b"one \ntwo\n", ["1: trailing whitespace"]),
        (b"one\n\ttwo\t\n", ["2: trailing whitespace"]),
        (b"one\r\n", ["1: trailing whitespace"]),
        (b"one", ["no newline at the end"]),
        (b"one\n\n", ["empty lines at the end"]),
    ],
)
def test_flaws_are_named_with_their_line(content: bytes, expected: list[str]) -> None:
    assert flaws(content) == expected


def test_a_file_with_a_flaw_fails_and_stays_as_it_is(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("fine\n")
    bad.write_text("not fine \n")
    assert main([str(good)]) == 0
    assert main([str(good), str(bad)]) == 1
    assert bad.read_text() == "not fine \n"
