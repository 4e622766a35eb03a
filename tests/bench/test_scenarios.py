"""The page of scenarios: the last run of each, and nothing of a run that was cut short."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bench.scenarios import PAGE, Soak, put, text
from scripts.base.project import ROOT
from tests.emulator.live import scenarios
from tests.load.answers import Answer, Answers, Failure

OLD = "the page before\n"
ONE_SCENARIO = """\
import os, signal
from tests.load.answers import Answer, Answers
from tests.emulator.live import scenarios

def test_one():
    scenarios.record("one", "dev", Answers([Answer(0, 0.5, "/", True, 200)]), "0", held=True)

def test_two():
    {}
"""
RUN = """\
import sys
from pathlib import Path
from bench.scenarios import run
sys.exit(run(Path(sys.argv[1]), sys.argv[2]))
"""


def row(scenario="abort", environment="dev", *, failed=None, held=True, requests=100):
    return {
        "scenario": scenario,
        "environment": environment,
        "requests": requests,
        "failed": failed or {},
        "bound": "0",
        "held": held,
        "p99_seconds": 0.02,
        "releases": 2,
        "at": "2026-11-25T15:00:00Z",
    }


def lines(*rows):
    return [line for line in text(rows, 3, []).splitlines() if line.startswith("| ")][1:]


@pytest.fixture
def soak(tmp_path):
    soak = Soak(tmp_path / "rows.jsonl", tmp_path / "page.md")
    soak.page.write_text(OLD)
    return soak


def report(when, outcome, name="test_it"):
    return SimpleNamespace(
        nodeid=name, when=when, passed=outcome == "passed", failed=outcome == "failed"
    )


def test_the_order_does_not_depend_on_that_of_the_run():
    rows = [row("b", "prod"), row("a", "prod"), row("b", "dev"), row("a", "dev")]
    assert lines(*rows) == lines(*rows[::-1])
    assert [line.split(" | ")[:2] for line in lines(*rows)] == [
        ["| a", "dev"],
        ["| a", "prod"],
        ["| b", "dev"],
        ["| b", "prod"],
    ]


def test_of_several_runs_of_a_scenario_the_last_is_shown():
    assert lines(row(requests=1), row(requests=2)) == [
        "| abort | dev | 2 | 0 | 0 | holds | 0.020 s |"
    ]


def test_failures_are_shown_by_kind_and_a_bound_that_did_not_hold_is_missed():
    assert lines(row(failed={"reset": 2, "5xx": 7}, held=False)) == [
        "| abort | dev | 100 | 7 5xx, 2 reset | 0 | missed | 0.020 s |"
    ]


def test_what_a_scenario_writes_is_what_the_page_reads(soak, monkeypatch):
    monkeypatch.setenv(scenarios.FILE, str(soak.rows))
    failed = Answer(0, 1.5, "/", True, 503, failure=Failure.SERVER_ERROR)
    scenarios.record("one lost", "prod", Answers([failed]), "1", held=True)
    soak.pytest_sessionfinish(pytest.ExitCode.OK)
    assert "| one lost | prod | 1 | 1 5xx | 1 | holds | 1.500 s |" in soak.page.read_text()


def test_tests_that_failed_are_named_once_and_the_page_is_written_all_the_same(soak):
    soak.rows.write_text(json.dumps(row()) + "\n")
    for when, outcome in (("setup", "passed"), ("call", "failed"), ("teardown", "failed")):
        soak.pytest_runtest_logreport(report(when, outcome, "bad"))
    for when in ("setup", "call", "teardown"):
        soak.pytest_runtest_logreport(report(when, "passed", "good"))
    soak.pytest_sessionfinish(pytest.ExitCode.TESTS_FAILED)
    written = soak.page.read_text()
    assert "1 tests passed, 1 failed" in written
    assert written.count("- failed: `bad`") == 1


@pytest.mark.parametrize(
    "exitstatus", [code for code in pytest.ExitCode if code not in (0, 1)], ids=str
)
def test_a_run_that_was_cut_short_leaves_the_page_as_it_was(soak, exitstatus):
    soak.rows.write_text(json.dumps(row()) + "\n")
    soak.pytest_sessionfinish(exitstatus)
    assert soak.page.read_text() == OLD


def ran(soak, second):
    """Run two tests in a process of their own, as `make soak` does; answers its exit code."""
    tests = soak.page.with_name("test_scenario.py")
    tests.write_text(ONE_SCENARIO.format(second))
    command = [sys.executable, "-c", RUN, str(soak.page), str(tests)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


def test_a_run_that_came_to_its_end_leaves_its_page(soak):
    assert ran(soak, "pass") == 0
    assert "2 tests passed, 0 failed" in soak.page.read_text()
    assert "| one | dev | 1 | 0 | 0 | holds | 0.500 s |" in soak.page.read_text()


@pytest.mark.parametrize("number", ["SIGINT", "SIGKILL"])
def test_a_run_that_is_killed_leaves_the_page_as_it_was(soak, number):
    assert ran(soak, f"os.kill(os.getpid(), signal.{number})") != 0
    assert soak.page.read_text() == OLD


def test_a_run_without_scenarios_leaves_the_page_as_it_was(soak):
    soak.pytest_sessionfinish(pytest.ExitCode.OK)
    assert soak.page.read_text() == OLD


def test_a_page_that_cannot_be_written_whole_is_not_begun(soak):
    with pytest.raises(UnicodeEncodeError):
        put(soak.page, "half \ud800")
    assert soak.page.read_text() == OLD


def test_make_soak_leaves_the_page_of_the_repository():
    assert PAGE == ROOT / "bench" / "scenarios.md"
