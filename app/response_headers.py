"""The headers that every answer carries, the application's and gunicorn's."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.config import Config

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def headers(config: Config) -> list[tuple[str, str]]:
    """The headers: who answered, and that no cache keeps and no browser reinterprets the answer."""
    return [
        ("X-Release", config.release_version),
        ("X-Instance", config.instance_id),
        ("X-Content-Type-Options", "nosniff"),
        # Each answer tells of one caller, or of this moment.
        ("Cache-Control", "no-store"),
    ]


class ResponseHeaders:
    """WSGI middleware that adds the headers.

    Outside Flask: errors on the way into it carry them too, and a hook per answer costs ten times
    as much.

    Args:
        application: what answers.
        config: names release and instance.
    """

    def __init__(self, application: "WSGIApplication", config: Config) -> None:
        self._application = application
        self._headers = headers(config)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, headers + self._headers, exc_info)

        return self._application(environ, start)
