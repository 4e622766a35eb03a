"""What a command is called where it is read."""

import pytest

from scripts.base import place
from scripts.base.place import Place, command, here


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ({}, "emulator"),
        ({"SLIPWAY_ON": "aws"}, "aws"),
        ({"SLIPWAY_ON": "elsewhere"}, "emulator"),
        ({"GITHUB_ACTIONS": "true"}, "github"),
        ({"GITHUB_ACTIONS": "true", "SLIPWAY_ON": "aws"}, "github"),
    ],
)
def test_a_process_knows_where_it_is(monkeypatch, shell: dict[str, str], expected: Place):
    monkeypatch.delenv(place.ON, raising=False)
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    assert here() == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("emulator", "make status ENV=prod"),
        ("aws", "make status ENV=prod ON=aws"),
        ("github", "gh workflow run operate.yml -f verb=status -f environment=prod"),
    ],
)
def test_each_place_has_its_own_words(at: Place, expected: str):
    assert command("status", "prod", at=at) == expected


def test_what_has_a_workflow_of_its_own_is_dispatched_there():
    assert (
        command("deploy", "prod", at="github") == "gh workflow run deploy.yml -f environment=prod"
    )
    back = command("roll-back", "prod", at="github")
    assert back == "gh workflow run rollback.yml -f environment=prod -f reason='…'"
    # It looks at every environment.
    assert command("doctor", "prod", at="github") == "gh workflow run doctor.yml"


def test_options_have_the_names_of_their_place_and_are_quoted():
    given: dict[str, str | bool] = {"to": "abc", "rejected_too": True, "reason": "it's $HOME"}
    assert (
        command("roll-back", "dev", at="aws", **given)
        == "make roll-back ENV=dev ON=aws TO=abc REJECTED=1 REASON='it'\"'\"'s $HOME'"
    )
    assert command("roll-back", "dev", at="github", **given).endswith(
        "-f release=abc -f rejected-too=true -f reason='it'\"'\"'s $HOME'"
    )


def test_what_github_does_anyway_is_no_option_there():
    assert command("deploy", "dev", at="emulator", wait=True) == "make deploy ENV=dev WAIT=1"
    assert "wait" not in command("deploy", "dev", at="github", wait=True)


def test_what_brings_the_emulator_up_is_a_deployment_elsewhere():
    assert command("up", "dev", at="emulator") == "make up ENV=dev"
    assert command("up", at="emulator") == "make up"
    assert command("up", "dev", at="aws") == "make deploy ENV=dev ON=aws"


@pytest.mark.parametrize("at", ["emulator", "aws", "github"])
def test_the_care_of_the_repository_is_the_same_everywhere(at: Place):
    assert command("check", at=at) == "make check"
    assert command("bootstrap", at=at) == ".venv/bin/python -m scripts bootstrap"
