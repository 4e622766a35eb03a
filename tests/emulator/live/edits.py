"""Ways in which a person breaks the service: file, what stands there, what it becomes."""

import uuid
from pathlib import Path

Edit = tuple[str, str, str]


def _mark() -> str:
    # No release is tried twice: each edit makes another one.
    return f"# {uuid.uuid4().hex}\n"


def crashes_at_import() -> Edit:
    return "app/uuid7.py", '"""', f'def broken(:  {_mark()}"""'


def never_ready() -> Edit:
    return "app/views/health.py", "        storage.check()\n", f"        return 1 / 0  {_mark()}"


def exits_while_it_settles() -> Edit:
    hook = (
        "def when_ready(server: Any) -> None:\n"
        "    import threading\n\n"
        "    threading.Timer(1.5, lambda: os._exit(3)).start()\n\n\n"
    )
    return "app/gunicorn.conf.py", "def post_worker_init", f"{_mark()}{hook}def post_worker_init"


def answers_5xx() -> Edit:
    line = "    def reversal() -> Response:\n"
    return "app/views/reversal.py", line, f"{line}        1 / 0  {_mark()}"


def answers_5xx_behind_a_balancer() -> Edit:
    """All is well for whoever asks an instance itself, as its boot does."""
    line = "    def reversal() -> Response:\n"
    broken = (
        f"        if 'X-Amzn-Trace-Id' in request.headers:  {_mark()}"
        "            raise RuntimeError('broken behind a load balancer')\n"
    )
    return "app/views/reversal.py", line, line + broken


def breaks_history_when(trigger: Path) -> Edit:
    """`/history` answers 500 from the moment at which a file exists; all else is well."""
    line = "    def history() -> Response:\n"
    broken = (
        f"        import os  {_mark()}"
        f"        if os.path.exists({str(trigger)!r}):\n"
        "            raise RuntimeError('history is broken')\n"
    )
    return "app/views/history.py", line, line + broken


def waits_when_asked(seconds: float) -> Edit:
    """`/?slow` is answered after so many seconds."""
    line = "    def reversal() -> Response:\n"
    slow = (
        f"        import time  {_mark()}"
        "        if 'slow' in request.args:\n"
        f"            time.sleep({seconds})\n"
    )
    return "app/views/reversal.py", line, line + slow
