"""A service small enough for tests, and the user data that boots it."""

from dataclasses import dataclass, field
from pathlib import Path

from scripts.base.project import ROOT

SCRIPT = (ROOT / "infra/modules/service/user_data.sh").read_text()

DOCKERFILE = """\
FROM python:3.11-slim
WORKDIR /srv
COPY app/ app/
ENV GREETING=hello
EXPOSE 5000
CMD ["gunicorn", "--config", "app/gunicorn.conf.py"]
"""

GUNICORN = """\
bind = "0.0.0.0:5000"
wsgi_app = "app.wsgi:application"
graceful_timeout = 5
"""

WSGI = """\
import json
import os
import time

import botocore.session

not_ready = iter(["503 Not Yet", "503 Not Yet"])


def application(environ, start_response):
    path = environ["PATH_INFO"]
    status = next(not_ready, "200 OK") if path == "/ready" else "200 OK"
    if path == "/slow":
        print("began /slow", flush=True)
        time.sleep(1.5)
    print("asked for", path, flush=True)
    if forwarded := environ.get("HTTP_X_FORWARDED_FOR"):
        print("asked for", path, "by", forwarded, flush=True)
    body = b"fine"
    if path == "/environment":
        body = json.dumps(dict(os.environ)).encode()
    if path == "/credentials":
        body = botocore.session.get_session().get_credentials().method.encode()
    start_response(status, [("Content-Length", str(len(body)))])
    return [body]
"""


def write_app(folder: Path, wsgi: str = WSGI) -> Path:
    """Write the service's build context and return its folder."""
    (folder / "app").mkdir(parents=True)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "app/__init__.py").write_text("")
    (folder / "app/gunicorn.conf.py").write_text(GUNICORN)
    (folder / "app/wsgi.py").write_text(wsgi)
    return folder


@dataclass
class Settings:
    """What Terraform writes above the script."""

    values: dict[str, str] = field(
        default_factory=lambda: {
            "RELEASE_VERSION": "0123456789ab",
            "IMAGE_DIGEST": "",
            "REPOSITORY_URL": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/sample",
            "REGION": "eu-central-1",
            "GROUP_NAME": "slipway-dev",
            "HOOK_NAME": "boot",
            "LOG_GROUP": "/slipway/dev",
            "SETTLE_SECONDS": "1",
            "BOOT_DEADLINE_SECONDS": "40",
            "STOP_SECONDS": "8",
            "VISITED_PATHS": "/ /history?limit=1",
            "CONTAINER_ENVIRONMENT": "TABLE_NAME=slipway-dev\nTRUSTED_PROXIES=1",
        }
    )

    def user_data(self, script: str = SCRIPT) -> bytes:
        """Render as the service module does."""
        lines = "".join(f"{key}='{value}'\n" for key, value in self.values.items())
        return f"#!/bin/bash\n{lines}{script}".encode()
