"""Unit files as systemd reads them, and restarts as it counts them."""

import asyncio
from pathlib import Path

import pytest

from emulator.machines.init.service import Service
from emulator.machines.init.unitfile import UnitError, load, parse, seconds
from emulator.machines.session import _running

SERVICE = "[Service]\nExecStart=/bin/true\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("50", 50), ("100ms", 0.1), ("1min 30s", 90), ("2h", 7200), ("infinity", None)],
)
def test_time_spans(text: str, expected: float | None):
    assert seconds("u", text) == expected


@pytest.mark.parametrize("text", ["soon", "5 parsecs", ""])
def test_what_is_no_time_span_is_refused(text: str):
    with pytest.raises(UnitError, match="no time span"):
        seconds("u", text)


def test_lines_are_joined_comments_left_out_and_words_unquoted():
    unit = parse("u", "# c\n[Service]\n; c\nExecStart=/bin/a --b \\\n  'c d'\n")
    assert unit.start[0].argv == ["/bin/a", "--b", "c d"]


def test_a_dash_before_a_command_ignores_its_failure():
    unit = parse("u", SERVICE + "ExecStartPre=-/bin/false\nExecStop=/bin/b\n")
    assert [unit.start_pre[0].may_fail, unit.stop[0].may_fail] == [True, False]
    assert unit.start_pre[0].argv == ["/bin/false"]


def test_an_empty_value_takes_back_what_was_given_before():
    assert parse("u", "[Service]\nExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\n").start[
        0
    ].argv == ["/bin/b"]


def test_directives_that_are_not_emulated_are_named():
    assert parse("u", SERVICE + "WatchdogSec=5\nNice=3\n").ignored == ["Nice", "WatchdogSec"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[Service]\nType=simple\n", "no ExecStart="),
        (SERVICE + "Type=notify\n", "Type=notify is not emulated"),
        (SERVICE + "Restart=sometimes\n", "Restart=sometimes is not emulated"),
        ("ExecStart=/bin/true\n", "cannot read the line"),
        ("[Service]\nExecStart=/bin/echo 'open\n", "cannot read the command"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(text: str, message: str):
    with pytest.raises(UnitError, match=message):
        parse("u", text)


def test_a_unit_that_no_directory_has_is_not_found(tmp_path: Path):
    with pytest.raises(UnitError, match=r"Unit u\.service not found"):
        load("u.service", [tmp_path])


def service(tmp_path: Path, text: str) -> Service:
    return Service(parse("u.service", text), tmp_path / "journal", tmp_path)


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def ends_as(tmp_path: Path, text: str) -> tuple[str, str, int]:
    """Start a service and tell how it is once nothing more happens to it."""
    kept = service(tmp_path, text)
    await kept.start()
    await until(lambda: kept.active in ("inactive", "failed"))
    return kept.active, kept.result, kept.restarts


def exits(status: int, restart: str) -> str:
    return (
        "[Unit]\nStartLimitIntervalSec=10\nStartLimitBurst=3\n"
        f"[Service]\nExecStart=/bin/sh -c 'exit {status}'\nRestart={restart}\nRestartSec=10ms\n"
    )


@pytest.mark.parametrize(
    ("status", "restart", "expected"),
    [
        (0, "no", ("inactive", "success", 0)),
        (1, "no", ("failed", "exit-code", 0)),
        (0, "on-failure", ("inactive", "success", 0)),
        (1, "on-failure", ("failed", "start-limit-hit", 2)),
        (0, "on-success", ("failed", "start-limit-hit", 2)),
        (0, "always", ("failed", "start-limit-hit", 2)),
    ],
)
def test_restarts_happen_as_the_unit_wants_them_up_to_the_start_limit(
    tmp_path: Path, status: int, restart: str, expected: tuple[str, str, int]
):
    assert asyncio.run(ends_as(tmp_path, exits(status, restart))) == expected


def test_a_failing_start_pre_keeps_the_service_from_starting(tmp_path: Path):
    async def scenario() -> None:
        kept = service(tmp_path, SERVICE + "ExecStartPre=/bin/false\n")
        with pytest.raises(UnitError, match="exited with status 1"):
            await kept.start()
        assert kept.active == "failed"

    asyncio.run(scenario())


def test_a_program_that_is_not_there_fails_the_start(tmp_path: Path):
    async def scenario() -> None:
        kept = service(tmp_path, "[Service]\nType=exec\nExecStart=/nowhere/x\n")
        with pytest.raises(UnitError, match="failed to execute"):
            await kept.start()

    asyncio.run(scenario())


def test_a_stop_during_the_pause_before_a_restart_ends_it_for_good(tmp_path: Path):
    async def scenario() -> None:
        kept = service(
            tmp_path,
            "[Service]\nExecStart=/bin/sh -c 'exit 1'\nRestart=always\nRestartSec=600\n",
        )
        await kept.start()
        await until(lambda: kept.sub == "auto-restart")
        await kept.stop()
        assert (kept.active, kept.pid) == ("inactive", 0)

    asyncio.run(scenario())


def test_what_the_main_process_leaves_behind_ends_with_the_unit(tmp_path: Path):
    async def scenario() -> None:
        pid_file = tmp_path / "pid"
        kept = service(
            tmp_path, f"[Service]\nExecStart=/bin/sh -c 'sleep 600 & echo $! > {pid_file}'\n"
        )
        await kept.start()
        await until(lambda: kept.active == "inactive")
        pid = int(pid_file.read_text())
        await until(lambda: _gone(pid))

    asyncio.run(scenario())


def _gone(pid: int) -> bool:
    return pid not in set(_running())
