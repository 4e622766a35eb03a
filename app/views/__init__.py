"""The service's routes, one blueprint per concern."""

import json
from collections.abc import Mapping

from flask import Request, Response

from app.addresses import Address
from app.caller import UnknownCallerError, caller
from app.problems import BadRequestError


def json_response(document: Mapping[str, object]) -> Response:
    """Answer a JSON document."""
    return Response(json.dumps(document), mimetype="application/json")


def caller_of(request: Request, trusted_proxies: int) -> Address:
    """The address that the request came from.

    Raises:
        BadRequestError: it cannot be told.
    """
    environ = request.environ
    try:
        return caller(
            environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR"), trusted_proxies
        )
    except UnknownCallerError as error:
        raise BadRequestError(f"{error}.") from error
