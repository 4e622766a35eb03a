"""Errors as clients see them: problem details (RFC 9457)."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app.storage import StorageUnavailableError
from app.tracing import trace_id

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("app")


class BadRequestError(Exception):
    """The request cannot be understood; the message says what is wrong with it."""


def problem(
    status: int, detail: str, trace: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Build an answer that describes a problem.

    Args:
        status: HTTP status.
        detail: what is wrong with this request, for a person.
        trace: the id that finds this request in the log.
        headers: further headers.
    """
    response = Response(document(status, detail, trace), status, mimetype=MEDIA_TYPE)
    response.headers.update(headers or {})
    return response


def document(status: int, detail: str, trace: str) -> str:
    """Write the problem details; the type is `about:blank`, so the title is the status's phrase."""
    return json.dumps(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "trace_id": trace,
        }
    )


def register(app: Flask) -> None:
    """Make every error of the application a problem document."""
    app.register_error_handler(BadRequestError, _bad_request)
    app.register_error_handler(StorageUnavailableError, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _bad_request(error: Exception) -> Response:
    return problem(400, str(error), trace_id(request.environ))


def _unavailable(error: StorageUnavailableError) -> Response:
    retry_after = {"Retry-After": str(error.retry_after_seconds)}
    return problem(503, error.reason, trace_id(request.environ), retry_after)


def _http(error: HTTPException) -> Response:
    # Only Allow is carried over: the others describe werkzeug's own HTML.
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    return problem(error.code or 500, error.description or "", trace_id(request.environ), allow)


def _unexpected(error: Exception) -> Response:
    trace = trace_id(request.environ)
    log.error("unexpected error", exc_info=error, extra={"trace_id": trace})
    return problem(500, "The service failed; its log has the cause under the trace id.", trace)
