"""The service's OpenAPI document: every route, every answer.

A test compares it with the routes, and schemathesis compares it with what is answered.
"""

from typing import Any

from app import cursors
from app.problems import MEDIA_TYPE

_ID = {
    "type": "string",
    "format": "uuid",
    "description": "UUID version 7: ids sort by time.",
}
_ADDRESS = {"type": "string", "description": "IPv4, or IPv6 as RFC 5952 writes it."}
_SEEN_AT = {"type": "string", "format": "date-time", "description": "RFC 3339, UTC."}


def _object(description: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


_VISIT = {
    "id": _ID,
    "address": _ADDRESS,
    "version": {"enum": [4, 6], "description": "Version of the Internet Protocol."},
    "reversed": {
        "type": "string",
        "description": "The address read backwards, by octets or by 16-bit groups.",
    },
    "reverse_pointer": {"type": "string", "description": "Its name in the DNS's reverse zone."},
    "seen_at": _SEEN_AT,
}
_RELEASE = _object(
    "Who answers.",
    release={"type": "string"},
    digest={"type": "string", "description": "Digest of the image."},
    instance={"type": "string", "description": "Id of the EC2 instance."},
)
_SCHEMAS = {
    "Visit": _object("A visit, as it is stored.", **_VISIT),
    "Answer": _object(
        "The caller's reversed address. Without id and time nothing was stored: the request was "
        "a prefetch.",
        **{**_VISIT, "id": _nullable(_ID), "seen_at": _nullable(_SEEN_AT)},
    ),
    "History": _object(
        "The caller's visits, newest first.",
        records={"type": "array", "items": {"$ref": "#/components/schemas/Visit"}},
        next_cursor={
            "type": ["string", "null"],
            "description": "Continues after the last record; null on the last page.",
        },
    ),
    "Status": _object("A state in one word.", status={"enum": ["ok", "ready"]}),
    "Release": _RELEASE,
    "Problem": _object(
        "Problem details, RFC 9457.",
        type={"const": "about:blank"},
        title={"type": "string"},
        status={"type": "integer"},
        detail={"type": "string"},
        trace_id={"type": "string", "description": "Finds the request in the log."},
    ),
}
_RESPONDER = {
    "X-Release": {"description": "Version of the release.", "schema": {"type": "string"}},
    "X-Instance": {"description": "Id of the instance.", "schema": {"type": "string"}},
}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
_PROBLEMS = {
    "400": "The request cannot be understood.",
    "503": "The storage did not answer in time; nothing is known to be stored.",
}

_DYING = "The service's processes die again and again."


def _answer(description: str, schema: str, media_type: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": dict(_RESPONDER),
        "content": {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _operation(name: str, summary: str, schema: str, *problems: str) -> dict[str, Any]:
    responses = {"200": _answer(summary, schema, "application/json")}
    for status in problems:
        responses[status] = _answer(_PROBLEMS[status], "Problem", MEDIA_TYPE)
    if "503" in responses:
        responses["503"]["headers"]["Retry-After"] = _RETRY_AFTER
    return {"operationId": name, "summary": summary, "responses": responses}


def _state(name: str, summary: str, refusal: str) -> dict[str, Any]:
    operation = _operation(name, summary, "Status", "503")
    operation["responses"]["503"]["description"] = refusal
    return operation


def document(
    title: str, limit_default: int, limit_maximum: int, release_version: str
) -> dict[str, Any]:
    """Build the document.

    Args:
        title: what the service calls itself.
        limit_default: records on a page of the history where nothing is asked for.
        limit_maximum: the most records on a page.
        release_version: the document's version: the release that serves it.
    """
    home = _operation("reverse", "Reverse, store, answer.", "Answer", "400", "503")
    home["responses"]["200"]["content"]["text/html"] = {"schema": {"type": "string"}}
    history = _operation("history", "The caller's own visits.", "History", "400", "503")
    history["parameters"] = [
        {
            "name": "limit",
            "in": "query",
            "description": "Records on the page.",
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": limit_maximum,
                "default": limit_default,
            },
        },
        {
            "name": "cursor",
            "in": "query",
            "description": "`next_cursor` of the page before; what it holds may change.",
            "schema": {"type": "string", "pattern": cursors.PATTERN},
        },
    ]
    openapi = _operation("openapi", "This document.", "Document")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": release_version,
            "description": "Reverses the caller's IP address and keeps the visit for its caller.",
        },
        "paths": {
            "/": {"get": home},
            "/history": {"get": history},
            "/health": {"get": _state("health", "The processes can serve.", _DYING)},
            "/ready": {
                "get": _state("ready", "The table can be read.", f"{_DYING} Or it cannot be read.")
            },
            "/version": {"get": _operation("version", "Who answers.", "Release")},
            "/openapi.json": {"get": openapi},
        },
        "components": {"schemas": {**_SCHEMAS, "Document": {"type": "object"}}},
    }
