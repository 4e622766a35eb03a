"""gunicorn's settings; `GUNICORN_CMD_ARGS` overrides each of them."""  # noqa: N999

import gc
import os
import sys
from pathlib import Path
from typing import Any

from app import cpu_affinity, malformed_requests, worker_deaths
from app.config import Config, ConfigurationError

wsgi_app = "app.factory:from_environment()"
bind = "0.0.0.0:5000"
workers = 2
worker_class = "app.worker.Worker"
# More than app.storage.dynamodb.MOST_WAITING, so that /health answers while every place waits.
threads = 64

# Longer than the load balancer's idle timeout (60 s): it must be the one that closes, or it sends
# a request into a closed connection and answers 502.
keepalive = 75
# Longer than a request may wait for storage, shorter than `docker stop` waits (STOP_SECONDS).
graceful_timeout = 30
timeout = 30

# Nothing that a request says of its scheme or of the application's root is believed. The address
# is read by app.caller alone.
forwarded_allow_ips = ""

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


def post_worker_init(worker: Any) -> None:  # noqa: ARG001
    """Prepare a worker whose application is loaded."""
    malformed_requests.install()
    # What is loaded by now stays: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """Count a worker that died; in the master."""
    worker_deaths.bury(server, worker)
