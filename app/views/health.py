"""`GET /health`, `GET /ready` and `GET /version`: for the balancer, the boot and the operator."""

from flask import Blueprint, Response, request

from app.config import Config
from app.problems import problem
from app.storage import Storage
from app.tracing import trace_id
from app.views import json_response
from app.worker_deaths import DEATHS, RECENT_SECONDS


def blueprint(config: Config, storage: Storage) -> Blueprint:
    """Build the blueprint."""
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    def health() -> Response:
        # No storage here: the balancer would replace every instance when the table fails. Nor a
        # single death, which is over.
        reason = DEATHS.often()
        return _dying(reason) if reason else json_response({"status": "ok"})

    @routes.get("/ready")
    def ready() -> Response:
        if reason := DEATHS.lately():
            return _dying(reason)
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


def _dying(reason: str) -> Response:
    retry_after = {"Retry-After": str(RECENT_SECONDS)}
    return problem(503, reason, trace_id(request.environ), retry_after)
