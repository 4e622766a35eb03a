"""Whose account it is that a command would act on, and that a person means it."""

import io
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from moto import mock_aws
from rich.console import Console

from scripts.adapters.aws import real_account
from scripts.base import console
from scripts.base.errors import RefusedError
from tests.emulator.aws.stand import REGION

ACCOUNT = "123456789012"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def enter(*accounts: str) -> None:
    real_account.enter("deploy prod", "prod", accounts, REGION)


def test_command_account_and_identity_are_said_first(capsys):
    enter(ACCOUNT)
    said = capsys.readouterr()
    assert f"deploy prod: account {ACCOUNT}, as arn:aws:sts::{ACCOUNT}:" in said.err
    assert said.out == ""


def test_an_endpoint_that_leads_elsewhere_is_said_as_well(monkeypatch, capsys):
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://sts.{REGION}.amazonaws.com")
    enter(ACCOUNT)
    assert f"account {ACCOUNT} at https://sts." in capsys.readouterr().err


def test_credentials_of_another_account_are_refused():
    with pytest.raises(RefusedError, match="another AWS account") as caught:
        enter("999999999999")
    assert caught.value.which[0] == "project.json: 999999999999 for prod"
    assert ACCOUNT in caught.value.which[1]


def test_without_credentials_nothing_is_touched(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(RefusedError, match=f"no credentials of account {ACCOUNT}") as caught:
        enter(ACCOUNT)
    assert "Unable to locate credentials" in caught.value.which[0]
    assert "AWS_PROFILE" in caught.value.next_step


def test_a_profile_that_does_not_exist_is_refused_as_well(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(RefusedError, match="no credentials") as caught:
        enter(ACCOUNT)
    assert "nobody" in caught.value.which[0]


def test_where_none_is_named_the_account_is_to_be_connected_first():
    with pytest.raises(RefusedError, match="names no AWS account for prod"):
        enter()


@pytest.fixture
def answered(monkeypatch):
    """Lets a person type something; None is no person."""
    asked: list[str] = []

    def answers(text: str | None) -> list[str]:
        def typed(question: str) -> str | None:
            asked.append(question)
            return text

        monkeypatch.setattr(real_account, "typed", typed)
        return asked

    return answers


def test_only_the_name_itself_is_a_yes(answered):
    asked = answered("prod")
    real_account.ask("prod")
    assert "Type prod to go on" in asked[0]


@pytest.mark.parametrize("text", ["", "yes", "dev", "Prod", "prod dev"])
def test_anything_else_changes_nothing(answered, text):
    answered(text)
    with pytest.raises(RefusedError, match="prod was not typed"):
        real_account.ask("prod")


def test_where_nobody_can_be_asked_a_script_has_to_say_so(answered):
    answered(None)
    with pytest.raises(RefusedError, match="no terminal") as caught:
        real_account.ask("prod")
    assert "YES=1" in caught.value.next_step


def test_without_a_terminal_nobody_is_asked():
    assert console.typed("Really?") is None


def test_whoever_interrupts_the_question_has_not_agreed(monkeypatch: pytest.MonkeyPatch):
    def interrupted() -> str:
        raise KeyboardInterrupt

    terminal = SimpleNamespace(isatty=lambda: True, readline=interrupted)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(console, "progress", Console(file=io.StringIO(), force_terminal=True))
    with pytest.raises(RefusedError, match="prod was not typed"):
        real_account.ask("prod")
