"""`python -m scripts`: which verbs there are, and where each acts."""

import os
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from scripts import __main__ as scripts
from scripts.adapters.aws import real_account
from scripts.base import place
from scripts.base.errors import RefusedError, UnknownStateError, UsageError
from scripts.base.project import ROOT, Environment, Project
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


ACCOUNT = "123456789012"
ENVIRONMENTS = (Environment("dev", ACCOUNT), Environment("prod", ACCOUNT), Environment("staging"))


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project("slipway", "r", "o/r", ACCOUNT, ENVIRONMENTS)
    monkeypatch.setattr(Project, "load", classmethod(lambda cls, _root=None: project))


@pytest.fixture
def on_emulator(monkeypatch: pytest.MonkeyPatch, connected: None) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")


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


@pytest.mark.usefixtures("on_emulator")
@pytest.mark.parametrize("error", [EndpointConnectionError(endpoint_url="http://x"), THROTTLED])
def test_lost_contact_names_the_command_that_finds_out(monkeypatch, error):
    def main(_: list[str]) -> int:
        raise error

    monkeypatch.setattr(status, "main", main)
    with pytest.raises(UnknownStateError) as caught:
        scripts.main(["status", "dev"])
    assert "make status ENV=dev" in caught.value.next_step


@pytest.mark.usefixtures("on_emulator")
def test_whoever_has_no_credentials_has_asked_nothing(monkeypatch):
    def main(_: list[str]) -> int:
        raise NoCredentialsError

    monkeypatch.setattr(status, "main", main)
    with pytest.raises(RefusedError, match="no credentials"):
        scripts.main(["status", "dev"])


@pytest.mark.parametrize(
    ("endpoint", "verb", "moves"),
    [(None, "status", True), ("http://127.0.0.1:1", "status", False), (None, "gate", False)],
)
def test_an_unconnected_clone_acts_on_its_emulator(monkeypatch, endpoint, verb, moves):
    started = []
    monkeypatch.setattr(os, "execv", lambda *given: started.append(given))
    monkeypatch.setattr(status, "main", lambda _: 0)
    monkeypatch.setattr("scripts.workflow_steps.gate.main", lambda _: 0)
    monkeypatch.setattr(Project, "load", classmethod(lambda cls: cls("s", "r", "o/r", None)))
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert scripts.main([verb, "dev", "--wait"]) == 0
    expected = [sys.executable, "-m", "emulator.run", "scripts", verb, "dev", "--wait"]
    assert started == ([(sys.executable, expected)] if moves else [])


Guarded = list[tuple[str, ...]]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch, connected: None) -> Guarded:
    """What was said about a real account, asked of a person, and run, in this order."""
    found: Guarded = []
    monkeypatch.setattr(real_account, "enter", lambda *given: found.append(("enter", *given[:3])))
    monkeypatch.setattr(real_account, "ask", lambda name: found.append(("ask", name)))

    def note(verb: str, module: str) -> None:
        def main(words: list[str]) -> int:
            found.append((verb, *words))
            return 0

        monkeypatch.setattr(f"{module}.main", main)

    for verb in ("status", "deploy", "roll_back", "plan", "bootstrap"):
        note(verb, f"scripts.commands.{verb}")
    note("release_commit", "scripts.workflow_steps.release_commit")
    return found


ON_AWS = {place.ON: place.AWS}
EMULATOR = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
OF_PROD = ("enter", "status prod", "prod", (ACCOUNT,))
DEPLOY = ("enter", "deploy prod", "prod", (ACCOUNT,))
OF_ALL = ("enter", "bootstrap slipway", "slipway", (ACCOUNT,))


@pytest.mark.parametrize(
    ("shell", "words", "expected"),
    [
        (ON_AWS, "status prod", [OF_PROD, ("status", "prod")]),
        (ON_AWS, "deploy prod", [DEPLOY, ("ask", "prod"), ("deploy", "prod")]),
        (ON_AWS, "deploy prod --yes --wait", [DEPLOY, ("deploy", "prod", "--wait")]),
        # By hand, in a connected clone, where no endpoint leads elsewhere.
        ({}, "status prod", [OF_PROD, ("status", "prod")]),
        ({}, "deploy prod", [DEPLOY, ("ask", "prod"), ("deploy", "prod")]),
        ({}, "bootstrap", [OF_ALL, ("ask", "slipway"), ("bootstrap",)]),
        (
            {},
            "plan bootstrap",
            [("enter", "plan slipway", "slipway", (ACCOUNT,)), ("plan", "bootstrap")],
        ),
        (
            {},
            "release-commit dev",
            [
                ("enter", "release-commit dev", "dev", (ACCOUNT,)),
                ("ask", "dev"),
                ("release_commit", "dev"),
            ],
        ),
        # What has an endpoint is the emulator's, and a job has a role.
        (EMULATOR, "deploy prod", [("deploy", "prod")]),
        (EMULATOR, "deploy prod --yes", [("deploy", "prod")]),
        ({"GITHUB_ACTIONS": "true"}, "deploy prod", [("deploy", "prod")]),
        ({"GITHUB_ACTIONS": "true", **ON_AWS}, "deploy prod", [("deploy", "prod")]),
        (
            {"AWS_ENDPOINT_URL": "https://vpce-1.sts.eu-central-1.vpce.amazonaws.com"},
            "deploy prod",
            [DEPLOY, ("ask", "prod"), ("deploy", "prod")],
        ),
        # ON=aws is what was typed, whatever else the shell holds.
        (
            {**ON_AWS, **EMULATOR},
            "deploy prod",
            [DEPLOY, ("ask", "prod"), ("deploy", "prod")],
        ),
        # The verb itself says what is missing.
        ({}, "deploy", [("deploy",)]),
    ],
)
def test_a_real_account_is_named_and_asked_for_before_anything_else(
    guarded: Guarded, monkeypatch, shell, words, expected
):
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    assert scripts.main(words.split()) == 0
    assert guarded == expected


@pytest.mark.usefixtures("guarded")
def test_by_hand_on_a_real_account_next_steps_are_of_that_place(monkeypatch):
    monkeypatch.delenv(place.ON, raising=False)
    scripts.main(["status", "prod"])
    assert place.here() == "aws"


def test_on_a_real_account_an_option_before_the_environment_is_refused(guarded: Guarded):
    """`--to dev prod` would ask for dev and act on prod."""
    with pytest.raises(UsageError, match="environment comes first"):
        scripts.main(["roll-back", "--to", "dev", "prod"])
    assert guarded == []


def test_an_unknown_environment_is_refused_before_anybody_is_asked(guarded: Guarded):
    with pytest.raises(UsageError, match="nowhere"):
        scripts.main(["deploy", "nowhere"])
    assert guarded == []


@pytest.mark.usefixtures("connected")
def test_an_environment_without_an_account_is_to_be_connected_first(monkeypatch):
    monkeypatch.setenv(place.ON, place.AWS)
    with pytest.raises(RefusedError, match="names no AWS account for staging") as caught:
        scripts.main(["status", "staging"])
    assert "scripts connect" in caught.value.next_step
