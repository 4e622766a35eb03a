"""Exit codes, streams, and where an unconnected clone acts."""

import os
import sys

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from scripts.base import command
from scripts.base.errors import RefusedError, SlipwayError, UnknownStateError, UsageError
from scripts.base.project import Project

THROTTLED = ClientError({"Error": {"Code": "Throttling", "Message": "slow down"}}, "DescribeX")


@pytest.fixture
def connected(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["scripts.x", "dev"])
    monkeypatch.setattr(command, "_module", lambda: "scripts.x")
    monkeypatch.setattr(
        Project, "load", classmethod(lambda cls: cls("slipway", "r", "o/r", "123456789012"))
    )


def code_of(main) -> object:
    with pytest.raises(SystemExit) as ended:
        command.run(main)
    return ended.value.code


def failing(error: BaseException):
    def main(_: list[str]) -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SlipwayError("x"), 1),
        (UsageError("x"), 2),
        (RefusedError("x"), 3),
        (UnknownStateError("x"), 4),
        (NoCredentialsError(), 4),
        (EndpointConnectionError(endpoint_url="http://x"), 4),
        (THROTTLED, 4),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_failure_has_its_exit_code(connected, error, code):
    assert code_of(failing(error)) == code


def test_success_is_what_main_answers(connected):
    assert code_of(lambda _: 0) == 0


def test_lost_contact_names_the_command_that_finds_out(connected, capfd):
    code_of(failing(NoCredentialsError()))
    assert "make status ENV=dev" in capfd.readouterr().err


def test_errors_go_to_stderr_as_they_are(connected, capfd):
    code_of(failing(SlipwayError("it [failed]", which="[bold]x[/bold]", next_step="do y")))
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == ["error: it [failed]", "  [bold]x[/bold]", "do y"]


def test_a_bug_is_a_traceback(connected):
    with pytest.raises(ZeroDivisionError):
        command.run(lambda _: 1 // 0)


@pytest.mark.parametrize("name", ["nowhere", "../dev", "DEV", ""])
def test_an_unknown_environment_is_wrong_usage(name, capfd):
    with pytest.raises(SystemExit) as ended:
        command.arguments_parser("x").parse_args([name])
    assert ended.value.code == 2
    assert "dev" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("account", "endpoint", "module", "moves"),
    [
        (None, None, "scripts.commands.deploy", True),
        (None, "http://127.0.0.1:1", "scripts.commands.deploy", False),
        ("123456789012", None, "scripts.commands.deploy", False),
        (None, None, "stage.run", False),
    ],
)
def test_an_unconnected_clone_acts_on_its_stage(monkeypatch, account, endpoint, module, moves):
    started = []
    monkeypatch.setattr(os, "execv", lambda *given: started.append(given))
    monkeypatch.setattr(sys, "argv", ["x", "dev", "--wait"])
    monkeypatch.setattr(command, "_module", lambda: module)
    monkeypatch.setattr(Project, "load", classmethod(lambda cls: cls("s", "r", "o/r", account)))
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert code_of(lambda _: 0) == 0
    expected = [sys.executable, "-m", "stage.run", module, "dev", "--wait"]
    assert started == ([(sys.executable, expected)] if moves else [])
