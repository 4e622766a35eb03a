"""`GET /`: reverse the caller's address, store the visit, answer it."""

from flask import Blueprint, Request, Response, render_template, request

from app.addresses import Reversal, reverse
from app.config import Config
from app.records import Record, record
from app.storage import Storage
from app.uuid7 import Generator
from app.views import caller_of, json_response
from app.views.security import page_policy, page_style

_RECENT = 10


def blueprint(config: Config, storage: Storage) -> Blueprint:
    """Build the blueprint."""
    routes = Blueprint("reversal", __name__)
    clock = Generator()

    @routes.get("/")
    def reversal() -> Response:
        answer = reverse(caller_of(request, config.trusted_proxies))
        visit = None
        if not _is_preview(request):
            visit = record(answer, clock.generate(), config.retention_seconds)
            storage.put(visit)
        if _wants_page(request):
            response = _page(config, storage, answer, visit)
        else:
            response = json_response(_document(answer, visit))
        response.headers["Vary"] = "Accept"
        return response

    return routes


def _document(answer: Reversal, visit: Record | None) -> dict[str, str | int | None]:
    if visit is None:
        return {"id": None, **answer._asdict(), "seen_at": None}
    return {**visit.document()}


def _is_preview(request: Request) -> bool:
    """Whether this is no visit: HEAD, and what browsers load in advance."""
    if request.method == "HEAD":
        return True
    environ = request.environ
    purpose = (
        environ.get("HTTP_SEC_PURPOSE")
        or environ.get("HTTP_PURPOSE")
        or environ.get("HTTP_X_PURPOSE")
        or environ.get("HTTP_X_MOZ")
    )
    return purpose is not None and any(
        word in purpose.lower() for word in ("prefetch", "prerender", "preview")
    )


def _wants_page(request: Request) -> bool:
    if "html" not in request.environ.get("HTTP_ACCEPT", ""):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html"


def _page(config: Config, storage: Storage, answer: Reversal, visit: Record | None) -> Response:
    history = storage.page(answer.address, _RECENT)
    text = render_template(
        "page.html",
        answer=answer,
        visit=visit,
        records=history.records,
        more=history.more,
        config=config,
        style=page_style(),
    )
    response = Response(text, mimetype="text/html")
    response.headers["Content-Security-Policy"] = page_policy()
    return response
