"""What every command shares: exit codes and where errors go."""

import os
import signal
import time

import pytest

from scripts.base import command
from scripts.base.errors import RefusedError, SlipwayError, UnknownStateError, UsageError
from scripts.base.project import environments


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
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_failure_has_its_exit_code(error, code):
    assert code_of(failing(error)) == code


def test_success_is_what_main_answers():
    assert code_of(lambda _: 0) == 0


def test_errors_go_to_stderr_as_they_are(capfd):
    code_of(failing(SlipwayError("it [failed]", which="[bold]x[/bold]", next_step="do y")))
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == ["error: it [failed]", "  [bold]x[/bold]", "do y"]


def test_an_error_is_told_after_it_was_printed():
    told: list[SlipwayError] = []
    error = RefusedError("x")
    with pytest.raises(SystemExit):
        command.run(failing(error), failed=told.append)
    assert told == [error]


def test_a_bug_is_a_traceback():
    with pytest.raises(ZeroDivisionError):
        command.run(lambda _: 1 // 0)


@pytest.mark.parametrize("name", ["nowhere", "../dev", "DEV", ""])
def test_an_unknown_environment_is_told_with_those_that_there_are(name, capfd):
    def main(_: list[str]) -> int:
        return len(vars(command.arguments_parser("x").parse_args([name])))

    assert code_of(main) == 2
    said = capfd.readouterr().err
    assert f"there is no environment {name!r}" in said
    assert ", ".join(environments()) in said
    assert "usage" not in said


def test_being_ended_is_being_interrupted():
    before = signal.getsignal(signal.SIGTERM)

    def main(_: list[str]) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        return 0

    try:
        assert code_of(main) == command.INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
