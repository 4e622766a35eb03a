import base64
import json
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from scripts.adapters.aws.failure_log import MOST_CHARACTERS, read_failure_log, readable
from tests.scripts.observed_states import FACTS

TRACE = "\n".join(
    [
        "Traceback (most recent call last):",
        *("  a", "  b", "  c", "  d"),
        '  File "app/ids.py", line 1',
        "SyntaxError: no",
    ]
)


def entry(level: str, message: str, **more: str) -> str:
    return json.dumps({"level": level, "message": message, **more})


def test_the_end_of_a_traceback_is_shown_as_lines():
    told = readable([], [entry("error", "Exception in worker process", exception=TRACE)])
    assert told[0] == "Exception in worker process"
    assert told[-2:] == ['  File "app/ids.py", line 1', "SyntaxError: no"]
    assert "Traceback (most recent call last):" not in told


def test_the_same_error_of_two_workers_is_told_once():
    error = entry("error", "Worker failed to boot.")
    assert readable([], [error, error]) == ["Worker failed to boot."]


def test_the_everyday_is_left_out():
    request = json.dumps({"method": "GET", "path": "/health", "status": 200})
    assert readable([], [entry("info", "Booting worker"), request]) == []


def test_the_boot_script_is_heard_first_and_the_container_from_its_own_log():
    error = entry("error", "it broke")
    assert readable(["image: begins", error], [error]) == ["image: begins", "it broke"]


def test_a_container_that_logged_nowhere_else_is_heard_from_the_boot_log():
    assert readable([entry("error", "it broke")], []) == ["it broke"]


def test_a_plain_line_is_told_as_it_is():
    assert readable([], ["invalid syntax (ids.py, line 1)"]) == ["invalid syntax (ids.py, line 1)"]


def clients(streams: dict[str, list[str]], console: str = "") -> Any:
    """Logs by their stream's name, and what the console of each instance shows."""

    def get_log_events(logStreamName: str, **_: Any) -> Any:  # noqa: N803 - boto3's own names
        if logStreamName not in streams:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetLogEvents")
        return {"events": [{"message": text} for text in streams[logStreamName]]}

    return SimpleNamespace(
        logs=SimpleNamespace(get_log_events=get_log_events),
        ec2=SimpleNamespace(get_console_output=lambda **_: {"Output": console}),
    )


def test_the_console_speaks_where_no_log_was_written():
    console = base64.b64encode(b"no\nroute to the registry").decode()
    for output in (console, "no\nroute to the registry"):
        told = read_failure_log(clients({}, output), FACTS, "i-1")
        assert told == ["i-1: no", "i-1: route to the registry"]
    assert read_failure_log(clients({"i-1/boot": ["it broke"]}, console), FACTS, "i-1") == [
        "i-1: it broke"
    ]


def test_the_latest_console_is_asked_for_where_the_machine_can_tell_it():
    """EC2 API reference, GetConsoleOutput: without Latest it is what was kept after the start."""

    def nitro(InstanceId: str, *, Latest: bool = False) -> Any:  # noqa: N803 - boto3's own names
        return {"Output": "no route" if Latest else "kernel"}

    def older(InstanceId: str, *, Latest: bool = False) -> Any:  # noqa: N803
        if Latest:
            raise ClientError({"Error": {"Code": "UnsupportedOperation"}}, "GetConsoleOutput")
        return {"Output": "kernel"}

    for read, told in ((nitro, "i-1: no route"), (older, "i-1: kernel")):
        asked = clients({})
        asked.ec2.get_console_output = read
        assert read_failure_log(asked, FACTS, "i-1") == [told]


def test_where_no_instance_came_to_be_nothing_is_read():
    assert read_failure_log(clients({"": ["another's"]}), FACTS, "") == []


def test_foreign_words_steer_neither_a_terminal_nor_a_job():
    said = entry("error", "it broke\n::add-mask::a\x1b[2J", exception="E: \x1b]0;x\x07no\n::b::c")
    told = read_failure_log(
        clients({"i-1": [said], "i-1/boot": ["::stop\r\n::go\x08"]}), FACTS, "i-1"
    )
    assert all(line.startswith("i-1: ") for line in told)
    assert not [char for line in told for char in line if not char.isprintable()]


def test_a_line_without_an_end_is_cut():
    assert len(readable([], ["x" * 5000])[0]) == MOST_CHARACTERS
