"""What gunicorn would write of a caller, and does not."""

import logging

import pytest
from gunicorn.config import Config as GunicornConfig  # type: ignore[import-untyped]

from app.logs import Logger


@pytest.fixture
def logger():
    logger = Logger(GunicornConfig())
    before = logger.error_log.handlers
    yield logger
    logger.error_log.handlers = before


def test_an_error_of_the_server_itself_does_not_name_the_requests_target(logger):
    records = []

    class Keeping(logging.Handler):
        def emit(self, record):
            records.append(record)

    logger.error_log.handlers = [Keeping()]
    try:
        raise RuntimeError("broken")  # noqa: TRY301 - as gunicorn catches it
    except RuntimeError:
        logger.exception("Error handling request %s %s", "GET", "/history?cursor=secret")
    [record] = records
    assert record.getMessage() == "Error handling request"
    assert record.exc_info[1].args == ("broken",)
