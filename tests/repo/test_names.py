"""What runs in a clone carries the name of its project.json, not that of the template."""

import re

from scripts.base.errors import SlipwayError
from tests.repo.files import text_or_nothing, tracked

RUNS = (
    "Dockerfile",
    "Makefile",
    "app/",
    "emulator/",
    "infra/",
    "scripts/",
    ".github/workflows/",
    ".github/actions/",
)
TEMPLATE = SlipwayError.__name__.removesuffix("Error").lower()

INTERNAL = re.compile(rf"\b{TEMPLATE.upper()}_[A-Z]|\b{TEMPLATE.title()}Error\b")
"""Variables and the class of errors: docs/adopting.md says that they stay."""


def named(content: str) -> list[str]:
    """Lines that say the template's name."""
    return [line for line in content.splitlines() if TEMPLATE in INTERNAL.sub("", line).lower()]


def test_what_runs_does_not_name_the_template() -> None:
    found = {
        name: lines
        for name in tracked()
        if name.startswith(RUNS)
        and "/tests/" not in name
        and (lines := named(text_or_nothing(name)))
    }
    assert found == {}, "take the name from project.json, or a neutral word"


def test_a_name_is_found_and_what_is_internal_is_not() -> None:
    word = TEMPLATE.title()
    assert named(f"User-Agent: {TEMPLATE}-smoke\n{word} needs Python") == [
        f"User-Agent: {TEMPLATE}-smoke",
        f"{word} needs Python",
    ]
    assert named(f"raise {word}Error\n{TEMPLATE.upper()}_ON=aws") == []
    assert named(f"raise {word}Error('{TEMPLATE}-dev')") != []
