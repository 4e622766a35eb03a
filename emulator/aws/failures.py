"""A failure inside the emulator reaches the command that caused it.

Unanswered, an exception in moto is HTTP 500, which the AWS SDKs and Terraform's provider retry
for minutes in silence. It is written to the error log and answered as HTTP 400 with a code that
no client retries (botocore's and the Go SDK's retryable codes are named lists of throttling and
timeout errors, and 5xx).
"""

import contextlib
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moto.core import errors
from moto.core.exceptions import ServiceException
from moto.core.utils import convert_to_flask_response
from werkzeug.exceptions import HTTPException

from emulator.aws.answers import error_answer
from emulator.aws.patches import Patches

CODE = "EmulatorInternalFailure"


class EmulatorInternalFailure(ServiceException):
    """The emulator itself failed; not an answer that AWS would give."""

    code = CODE


class ErrorLog:
    """Tracebacks, appended to a file that `make` shows when a command fails.

    Args:
        path: the file; its folder exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def write(self, where: str, error: BaseException) -> str:
        """Append the traceback of `error` and return its last line."""
        lines = traceback.format_exception(error)
        with self._lock, self.path.open("a", encoding="utf-8") as log:
            log.write(f"{where}\n{''.join(lines)}\n")
        return lines[-1].strip()


def install(patches: Patches, log: ErrorLog) -> None:
    """Answer every unexpected exception of moto's server as `EmulatorInternalFailure`."""
    original = convert_to_flask_response.__call__

    def call(self: Any, args: Any = None, **kwargs: Any) -> Any:
        try:
            return original(self, args, **kwargs)
        except HTTPException:
            raise
        except Exception as error:
            return _answer(log, error)

    patches.replace(convert_to_flask_response, "__call__", call)
    # moto warns of codes that no service's model has.
    patches.replace(errors, "COMMON_ERROR_CODES", [*errors.COMMON_ERROR_CODES, CODE])


@contextlib.contextmanager
def noted(log: ErrorLog, where: str, failures: dict[str, str]) -> Iterator[None]:
    """Keep a background failure under `where` until that work succeeds again."""
    try:
        yield
    except Exception as error:
        failures[where] = log.write(where, error)
    else:
        failures.pop(where, None)


def _answer(log: ErrorLog, error: Exception) -> Any:
    from flask import request

    last = log.write(f"{request.method} {request.path} {_action(request)}", error)
    message = f"the emulator failed: {last} (traceback in {log.path})"
    return error_answer(request, 400, CODE, message)


def _action(request: Any) -> str:
    target = str(request.headers.get("X-Amz-Target", ""))
    return target or str(request.values.get("Action", ""))
