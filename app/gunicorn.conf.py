"""gunicorn's settings; `GUNICORN_CMD_ARGS` overrides each of them."""  # noqa: N999

import gc
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]

from app import cpu_affinity, lingering, malformed_requests
from app.config import Config, ConfigurationError

wsgi_app = "app.factory:from_environment()"
bind = "0.0.0.0:5000"
workers = 2
worker_class = "gthread"
# More than app.storage.dynamodb.MOST_WAITING, so that /health answers while every place waits.
threads = 64

# Longer than the load balancer's idle timeout (60 s): it must be the one that closes, or it sends
# a request into a closed connection and answers 502.
keepalive = 75
# Longer than a request may wait for storage, shorter than `docker stop` waits (STOP_SECONDS).
graceful_timeout = 30
timeout = 30

accesslog = "-"
errorlog = "-"
logger_class = "app.logs.Logger"
control_socket_disable = True
# A heartbeat on a slow disk would stop a worker (gunicorn's FAQ).
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def on_starting(server: Any) -> None:  # noqa: ARG001
    """End at once, with one line, where a worker would fail again and again."""
    try:
        Config.from_environment(os.environ)
    except ConfigurationError as error:
        sys.exit(f"error: {error}")


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the CPU that a worker will stay on; a later one takes the place of one that died."""
    others = [other.cpu for other in server.WORKERS.values() if other.cpu is not None]
    allowed = cpu_affinity.allowed()
    worker.cpu = cpu_affinity.least_used(others, allowed) if allowed else None


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001
    """Go there before the first thread starts."""
    if worker.cpu is not None:
        cpu_affinity.stay_on(worker.cpu)


def pre_request(worker: Any, request: Any) -> None:  # noqa: ARG001
    """Say that the connection closes where a request carries a body: nobody here reads one."""
    if carries_body(request):
        request.force_close()


def carries_body(request: Any) -> bool:
    """Whether a body follows the headers of a request of gunicorn's."""
    return any(
        name == "TRANSFER-ENCODING" or (name == "CONTENT-LENGTH" and value.strip(" 0"))
        for name, value in request.headers
    )


def post_request(worker: Any, request: Any, environ: Any, response: Any) -> None:  # noqa: ARG001
    """Let whoever still sends a body have the answer."""
    if carries_body(request) and "gunicorn.socket" in environ:
        lingering.linger(environ["gunicorn.socket"])


def post_worker_init(worker: Any) -> None:  # noqa: ARG001
    """Prepare a worker whose application is loaded."""
    malformed_requests.install()
    # By default it waits two seconds for the peer, in the one thread that serves all connections.
    util.close_graceful = partial(util.close_graceful, timeout=0)
    # What is loaded by now stays: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
