import json

from scripts.evidence import readable

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
