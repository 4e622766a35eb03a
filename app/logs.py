"""Logs: one JSON line per request on stdout, and per event on stderr.

A line names no address and no query: who called is personal data, and lives in the table alone.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from gunicorn.glogging import Logger as GunicornLogger  # type: ignore[import-untyped]

from app.timestamps import timestamp
from app.tracing import trace_id

_STDOUT = 1
_text = json.dumps
_UNREADABLE = "Invalid request from ip="
_FAILED = "Error handling request"
_ENDED = "Worker (pid:%s) "
_ENDS_THE_SERVER = (Arbiter.WORKER_BOOT_ERROR, Arbiter.APP_LOAD_ERROR)


class EventFormatter(logging.Formatter):
    """Writes an event of the server or of the application as one JSON line."""

    def __init__(self, responder: Mapping[str, str]) -> None:
        super().__init__()
        self._responder = responder

    def format(self, record: logging.LogRecord) -> str:
        """Write the event; a traceback becomes one field of it."""
        event = {
            "time": timestamp(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "trace_id": getattr(record, "trace_id", None),
            **self._responder,
        }
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in event.items() if value is not None})


class Logger(GunicornLogger):  # type: ignore[misc]
    """gunicorn's logger, which writes JSON and no addresses.

    Attributes:
        ends: how workers ended, by process id: `exit code 7`, `SIGKILL`. gunicorn tells nobody but
            its logger; what it would write, at a level of its own, is left to who counts deaths.
    """

    def __init__(self, cfg: Any) -> None:
        self.ends: dict[int, str] = {}
        self._responder = {
            "release": os.environ.get("RELEASE_VERSION", ""),
            "instance": os.environ.get("INSTANCE_ID", ""),
        }
        self._responder_fields = json.dumps(self._responder)[1:-1]
        super().__init__(cfg)

    def setup(self, cfg: Any) -> None:
        """Send the server's and the application's events to the same place."""
        super().setup(cfg)
        formatter = EventFormatter(self._responder)
        application = logging.getLogger("app")
        application.handlers = self.error_log.handlers
        application.propagate = False
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write a warning; gunicorn's own about an unreadable request names sender and text."""
        if msg.startswith(_UNREADABLE):
            kind = sys.exc_info()[0]
            msg, args = "Invalid request: %s", (kind.__name__ if kind else "unknown",)
        if not self._is_end(msg, args):
            super().warning(msg, *args, **kwargs)

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write what is worth knowing."""
        if not self._is_end(msg, args):
            super().info(msg, *args, **kwargs)

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write an error."""
        if not self._is_end(msg, args):
            super().error(msg, *args, **kwargs)

    def _is_end(self, msg: str, args: tuple[Any, ...]) -> bool:
        """Whether a message is gunicorn's about a worker's end, which is then kept."""
        if not msg.startswith(_ENDED) or args[1] in _ENDS_THE_SERVER:
            return False
        worker, end = args
        self.ends[worker] = end if isinstance(end, str) else f"exit code {end}"
        return True

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write an error with its traceback; gunicorn's own about a request names its target."""
        if msg.startswith(_FAILED):
            msg, args = _FAILED, ()
        super().exception(msg, *args, **kwargs)

    def access(
        self,
        resp: Any,
        req: Any,  # noqa: ARG002
        environ: dict[str, Any],
        request_time: timedelta,
    ) -> None:
        """Write the line of one request, in one piece, since workers share the stream."""
        method, path = (environ.get(key, "") for key in ("REQUEST_METHOD", "PATH_INFO"))
        # json.dumps of the whole line would cost as much as routing the request.
        os.write(
            _STDOUT,
            f'{{"time": "{timestamp(time.time_ns() // 1_000_000)}", '
            f'"method": {_text(method)}, "path": {_text(path)}, '
            f'"status": {int(str(resp.status)[:3])}, '
            f'"milliseconds": {request_time.total_seconds() * 1000:.1f}, '
            f'"trace_id": {_text(trace_id(environ))}, {self._responder_fields}}}\n'.encode(),
        )
