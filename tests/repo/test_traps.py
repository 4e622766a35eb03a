"""Each gap of moto is one strict expected failure and one line in docs/traps.md."""

import re

from tests.repo.files import text, tracked

XFAIL = re.compile(r"@pytest\.mark\.xfail\(.*?\)\n(?:@.*\n)*(?:async )?def (test_\w+)", re.DOTALL)


def expected_failures() -> set[str]:
    return {
        name
        for file in tracked()
        if file.startswith("tests/stage/aws/") and file.endswith(".py")
        for name in XFAIL.findall(text(file))
    }


def lines_about_moto() -> str:
    return text("docs/traps.md").split("\n## moto\n")[1].split("\n## ")[0]


def test_every_gap_that_a_test_expects_has_its_line() -> None:
    missing = {name for name in expected_failures() if f"`{name}`" not in lines_about_moto()}
    assert not missing


def test_every_line_names_a_test_that_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", lines_about_moto()))
    assert named <= expected_failures()
