"""A failure inside the emulator reaches the command that caused it.

Unanswered, an exception in moto is HTTP 500, which the AWS SDKs and Terraform's provider retry
for minutes in silence. It is written to the error log and answered as HTTP 400 with a code that
no client retries (botocore's and the Go SDK's retryable codes are named lists of throttling and
timeout errors, and 5xx).
"""

import contextlib
import json
import re
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from moto.core import errors
from moto.core.exceptions import ServiceException
from moto.core.utils import convert_to_flask_response, get_service_model
from werkzeug.exceptions import HTTPException

from emulator.aws.patches import Patches

CODE = "EmulatorInternalFailure"
_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[^/]+)/aws4_request")
_XML = "text/xml"


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
    from flask import Response, request

    last = log.write(f"{request.method} {request.path} {_action(request)}", error)
    message = f"the emulator failed: {last} (traceback in {log.path})"
    body, mimetype = error_body(_protocol(request), CODE, message)
    answer = Response(body, status=400, mimetype=mimetype)
    answer.headers["x-amzn-ErrorType"] = CODE
    return answer


def _action(request: Any) -> str:
    target = str(request.headers.get("X-Amz-Target", ""))
    return target or str(request.values.get("Action", ""))


def _protocol(request: Any) -> str:
    match = _SCOPE.search(request.headers.get("Authorization", ""))
    try:
        return str(get_service_model(match["service"]).metadata["protocol"]) if match else "query"
    except Exception:
        return "query"


def error_body(protocol: str, code: str, message: str) -> tuple[str, str]:
    """Return the body of an error in a protocol of AWS, and its media type.

    Args:
        protocol: as botocore's service models name it, such as `query`.
        code: of the error.
        message: its sentence.
    """
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if protocol in ("json", "rest-json"):
        return json.dumps({"__type": code, "message": message}), "application/x-amz-json-1.1"
    if protocol == "ec2":
        return f"<Response><Errors><Error>{error}</Error></Errors></Response>", _XML
    if protocol == "rest-xml":
        return f"<Error>{error}</Error>", _XML
    return f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>", _XML
