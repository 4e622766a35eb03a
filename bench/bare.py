"""Reference: Flask and nothing else, answering a document of the service's size."""

import time

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from app.uuid7 import Generator


def create_app(wait_milliseconds: int = 0) -> Flask:
    """Build the application.

    Args:
        wait_milliseconds: how long each request waits: what a storage would cost that costs nothing
            but time.
    """
    app = Flask("bare")
    ids = Generator()

    @app.get("/")
    def index() -> ResponseReturnValue:
        if wait_milliseconds:
            time.sleep(wait_milliseconds / 1000)
        return jsonify(
            id=ids.generate().id,
            address="127.0.0.1",
            version=4,
            reversed="1.0.0.127",
            reverse_pointer="1.0.0.127.in-addr.arpa",
            seen_at="2026-01-01T00:00:00.000Z",
        )

    return app
