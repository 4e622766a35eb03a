"""`python -m scripts`: which verbs there are, and where each acts."""

import os
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from scripts import __main__ as scripts
from scripts.base.errors import UnknownStateError, UsageError
from scripts.base.project import ROOT, Project
from scripts.commands import status

THROTTLED = ClientError({"Error": {"Code": "Throttling", "Message": "slow down"}}, "DescribeX")
VERBS = {
    (group.package, verb) for group in scripts.GROUPS for verb in (*group.verbs, *group.offline)
}
ALONE = {"make_venv"}
"""What runs before there is anything to import."""


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["scripts"])


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project("slipway", "r", "o/r", "123456789012")
    monkeypatch.setattr(Project, "load", classmethod(lambda cls: project))


@pytest.mark.parametrize("package", ["commands", "workflow_steps", "upkeep"])
def test_every_module_with_a_main_is_a_verb(package: str):
    modules = {
        path.stem
        for path in Path(ROOT, "scripts", package).glob("*.py")
        if "\ndef main(" in path.read_text()
    }
    verbs = {verb.replace("-", "_") for of, verb in VERBS if of == package}
    assert verbs == modules - ALONE


def test_no_two_modules_share_a_name():
    names = [path.stem for path in Path(ROOT, "scripts").rglob("*.py")]
    twice = {name for name in names if names.count(name) > 1}
    assert twice <= {"__init__"}


def test_the_help_says_a_line_about_each_verb(capfd):
    assert scripts.main(["--help"]) == 0
    lines = capfd.readouterr().out.splitlines()
    for _, verb in VERBS:
        [line] = [line for line in lines if line.split()[:1] == [verb]]
        assert len(line.split()) > 3, line
        assert len(line) <= 120, line


def test_without_a_verb_the_help_is_shown_and_that_is_wrong_usage(capfd):
    assert scripts.main([]) == 2
    assert "roll-back" in capfd.readouterr().out


def test_an_unknown_verb_names_the_help():
    with pytest.raises(UsageError, match="frobnicate") as caught:
        scripts.main(["frobnicate"])
    assert "python -m scripts --help" in caught.value.next_step


@pytest.mark.parametrize(("_package", "verb"), sorted(VERBS - {("upkeep", "terraform")}))
def test_each_verb_loads_and_explains_itself(_package: str, verb: str, capfd):
    with pytest.raises(SystemExit) as ended:
        scripts.main([verb, "--help"])
    assert ended.value.code == 0
    assert f"python -m scripts {verb}" in capfd.readouterr().out


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize(
    "error", [NoCredentialsError(), EndpointConnectionError(endpoint_url="http://x"), THROTTLED]
)
def test_lost_contact_names_the_command_that_finds_out(monkeypatch, error):
    def main(_: list[str]) -> int:
        raise error

    monkeypatch.setattr(status, "main", main)
    with pytest.raises(UnknownStateError) as caught:
        scripts.main(["status", "dev"])
    assert "make status ENV=dev" in caught.value.next_step


@pytest.mark.parametrize(
    ("account", "endpoint", "verb", "moves"),
    [
        (None, None, "status", True),
        (None, "http://127.0.0.1:1", "status", False),
        ("123456789012", None, "status", False),
        (None, None, "gate", False),
    ],
)
def test_an_unconnected_clone_acts_on_its_emulator(monkeypatch, account, endpoint, verb, moves):
    started = []
    monkeypatch.setattr(os, "execv", lambda *given: started.append(given))
    monkeypatch.setattr(status, "main", lambda _: 0)
    monkeypatch.setattr("scripts.workflow_steps.gate.main", lambda _: 0)
    monkeypatch.setattr(Project, "load", classmethod(lambda cls: cls("s", "r", "o/r", account)))
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert scripts.main([verb, "dev", "--wait"]) == 0
    expected = [sys.executable, "-m", "emulator.run", "scripts", verb, "dev", "--wait"]
    assert started == ([(sys.executable, expected)] if moves else [])
