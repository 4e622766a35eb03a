"""`GET /openapi.json`: the service's description of itself."""

from flask import Blueprint, Response

from app import openapi
from app.config import Config
from app.storage import Storage
from app.views import json_response
from app.views.history import DEFAULT_LIMIT, LARGEST_LIMIT


def blueprint(config: Config, storage: Storage) -> Blueprint:  # noqa: ARG001
    """Build the blueprint."""
    routes = Blueprint("description", __name__)
    document = openapi.document(
        config.service_name, DEFAULT_LIMIT, LARGEST_LIMIT, config.release_version
    )

    @routes.get("/openapi.json")
    def description() -> Response:
        return json_response(document)

    return routes
