"""`GET /history`: the caller's own earlier visits."""

import re

from flask import Blueprint, Response, request

from app import cursors
from app.addresses import canonical
from app.config import Config
from app.problems import BadRequestError
from app.storage import Storage
from app.views import caller_of, json_response

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100


def blueprint(config: Config, storage: Storage) -> Blueprint:
    """Build the blueprint."""
    routes = Blueprint("history", __name__)

    @routes.get("/history")
    def history() -> Response:
        limit = _limit(request.args.getlist("limit"))
        before = _before(request.args.getlist("cursor"))
        address = canonical(caller_of(request, config.trusted_proxies))
        page = storage.page(address, limit, before)
        next_cursor = cursors.encode(page.records[-1].id) if page.more else None
        return json_response(
            {
                "records": [record.document() for record in page.records],
                "next_cursor": next_cursor,
            }
        )

    return routes


def _limit(values: list[str]) -> int:
    if not values:
        return DEFAULT_LIMIT
    text = _single("limit", values)
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= LARGEST_LIMIT:
        raise BadRequestError(f"limit must be a whole number from 1 to {LARGEST_LIMIT}.")
    return int(text)


def _before(values: list[str]) -> str | None:
    if not values:
        return None
    try:
        return cursors.decode(_single("cursor", values))
    except ValueError as error:
        raise BadRequestError("cursor must be a next_cursor that this service answered.") from error


def _single(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise BadRequestError(f"{name} must be given once.")
    return values[0]
