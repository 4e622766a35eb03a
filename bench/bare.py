"""Reference: Flask and nothing else, answering a document of the service's size."""

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from app.ids import Clock

app = Flask("bare")
clock = Clock()


@app.get("/")
def index() -> ResponseReturnValue:
    """Answer what the service answers, without having done anything for it."""
    return jsonify(
        id=clock.stamp().id,
        address="127.0.0.1",
        version=4,
        reversed="1.0.0.127",
        reverse_pointer="1.0.0.127.in-addr.arpa",
        seen_at="2026-01-01T00:00:00.000Z",
    )
