"""A command that is measured: what it said, and an end that nobody expected."""

import pytest

from bench import clones
from scripts.base.errors import SlipwayError
from tests.checkout import Checkout

MAKEFILE = """\
good:
\t@echo first >&2; echo second >&2; echo result
bad:
\t@echo "what failed" >&2; exit 3
"""


@pytest.fixture
def clone(tmp_path):
    (tmp_path / "Makefile").write_text(MAKEFILE)
    return Checkout(tmp_path)


def test_what_a_command_says_is_kept(clone):
    ran = clones.run(clone, "good")
    assert ran.progress == "first\nsecond\n"
    assert ran.seconds == ran.ended - ran.begun >= 0


def test_a_failure_that_is_expected_is_a_measurement(clone):
    assert "what failed" in clones.run(clone, "bad", code=3).progress


@pytest.mark.parametrize(("target", "code"), [("bad", 0), ("bad", 1), ("good", 1)])
def test_another_end_than_the_expected_one_is_an_error(clone, target, code):
    with pytest.raises(
        SlipwayError, match=rf"make {target} ended with \d in a clone of HEAD, not with {code}"
    ):
        clones.run(clone, target, code=code)
