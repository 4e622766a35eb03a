"""`GET /health`, `GET /ready` and `GET /version`: for the balancer, the boot and the operator."""

from flask import Blueprint, Response

from app.config import Config
from app.storage import Storage
from app.views import json_response


def blueprint(config: Config, storage: Storage) -> Blueprint:
    """Build the blueprint."""
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    def health() -> Response:
        # No storage here: the balancer would replace every instance when the table fails.
        return json_response({"status": "ok"})

    @routes.get("/ready")
    def ready() -> Response:
        storage.check()
        return json_response({"status": "ready"})

    @routes.get("/version")
    def version() -> Response:
        return json_response(
            {
                "release": config.release_version,
                "digest": config.image_digest,
                "instance": config.instance_id,
            }
        )

    return routes
