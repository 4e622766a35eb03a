"""What the measurement of the suite reads, and that a failing suite is no figure."""

import pytest

from bench import suite
from scripts.base.errors import SlipwayError

SAID = """\
============================= slowest 10 durations =============================
66.25s call     tests/emulator/live/test_a.py::test_one[dev]
 7.56s setup    tests/trust/test_b.py::test_two
2852 passed, 41 xfailed in 954.07s (0:15:54)
"""


def test_the_slowest_tests_are_read_from_what_pytest_said():
    assert suite.slowest(SAID) == [
        ("tests/emulator/live/test_a.py::test_one[dev]", 66.25),
        ("tests/trust/test_b.py::test_two", 7.56),
    ]


def test_a_goal_that_is_missed_says_so():
    test = suite.Measured(seconds=590, cpu=1180, said=SAID)
    written = suite.text(test, suite.Measured(41, 60, ""), 0.4)
    assert "| `make test` | at most 600 s | 590 s | holds |" in written
    assert "| its CPU | at most 900 s | 1180 s | missed |" in written
    assert "| `make check` | at most 40 s | 41 s | missed |" in written
    assert "kept 2.0 of them busy" in written
    assert "| `tests/trust/test_b.py::test_two` | 8 |" in written


def test_a_command_that_fails_is_no_measurement(tmp_path):
    (tmp_path / "Makefile").write_text("test:\n\t@echo 1 failed; exit 1\n")
    with pytest.raises(SlipwayError, match="make test failed"):
        suite.measure(["test"], tmp_path)


def test_the_cpu_of_what_a_command_left_behind_counts(tmp_path):
    (tmp_path / "Makefile").write_text("test:\n\t@timeout 1 sh -c 'while :; do :; done' || true\n")
    assert suite.measure(["test"], tmp_path).cpu > 0.3
