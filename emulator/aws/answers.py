"""Errors as AWS's services write them, made outside of moto's own handlers."""

import json
import re
from typing import Any
from xml.sax.saxutils import escape

from moto.core.utils import get_service_model

XML = "text/xml"
SIGNED = re.compile(
    r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request"
)
"""In the header Authorization: which key signed a request, where to, and for which service, such as
`monitoring` and not `cloudwatch` (IAM User Guide, "Elements of an AWS API request signature")."""


def error_answer(request: Any, status: int, code: str, message: str) -> Any:
    """Return an error in the form that the client of a service reads.

    Args:
        request: flask's.
        status: HTTP status.
        code: of the error; services with JSON call `AccessDenied` `AccessDeniedException`.
        message: for a person.
    """
    from flask import Response

    protocol = _protocol(request)
    if protocol in ("json", "rest-json") and code == "AccessDenied":
        code, status = "AccessDeniedException", 400
    body, mimetype = error_body(protocol, code, message)
    answer = Response(body, status=status, mimetype=mimetype)
    answer.headers["x-amzn-ErrorType"] = code
    return answer


def _protocol(request: Any) -> str:
    if request.headers.get("X-Amz-Target"):
        return "json"
    signed = SIGNED.search(request.headers.get("Authorization", ""))
    try:
        return str(get_service_model(signed["service"]).metadata["protocol"]) if signed else "query"
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
        return f"<Response><Errors><Error>{error}</Error></Errors></Response>", XML
    if protocol == "rest-xml":
        return f"<Error>{error}</Error>", XML
    return f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>", XML
