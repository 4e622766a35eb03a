"""The application factory."""

import os

from flask import Flask, request
from werkzeug.exceptions import NotFound

from app import problems
from app.config import Config
from app.response_headers import ResponseHeaders
from app.storage import Storage
from app.storage.dynamodb import DynamoStorage
from app.views import description, health, history, reversal


def create_app(config: Config, storage: Storage | None = None) -> Flask:
    """Build the application.

    Args:
        config: its settings.
        storage: where records are kept; the configured DynamoDB table if None.

    Raises:
        ConfigurationError: the table is to be used and there are no AWS credentials.
    """
    storage = storage or DynamoStorage.connect(config)
    app = Flask("app", static_folder=None)
    # Every answer is a documented one.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    for views in (reversal, history, health, description):
        app.register_blueprint(views.blueprint(config, storage))
    app.before_request(_refuse_other_spellings)
    problems.register(app)
    app.wsgi_app = ResponseHeaders(app.wsgi_app, config)  # type: ignore[method-assign]
    return app


def _refuse_other_spellings() -> None:
    """werkzeug takes `//` for `/`, and redirects a target without a path."""
    path = request.environ["PATH_INFO"]
    if not path.startswith("/") or path.startswith("//"):
        raise NotFound


def from_environment() -> Flask:
    """Build the application as the process's environment configures it, for gunicorn.

    Raises:
        ConfigurationError: settings are missing or wrong.
    """
    return create_app(Config.from_environment(os.environ))
