"""Instance metadata service, version 2 only, for all machines: one prefix per instance.

Where EC2 tells instances apart by their link-local network, the emulator does by the first part of
the path: `http://127.0.0.1:PORT/i-0123…/latest/meta-data/…`.
"""

import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from emulator.interfaces import MachineSpec
from emulator.machines.credentials import CredentialSource
from emulator.machines.metadata import lookup

MAX_TTL_SECONDS = 21_600


class MetadataService:
    """The service on a free loopback port, in a thread.

    Args:
        region: the region that instances are told.
        credentials: where role credentials come from.
    """

    def __init__(self, region: str, credentials: CredentialSource) -> None:
        self.region = region
        self.credentials = credentials
        self._specs: dict[str, MachineSpec] = {}
        self._tokens: dict[tuple[str, str], float] = {}
        handler = type("Handler", (_Handler,), {"service": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="imds", daemon=True).start()

    def add(self, spec: MachineSpec) -> str:
        """Serve an instance; return what it takes for AWS_EC2_METADATA_SERVICE_ENDPOINT."""
        self._specs[spec.instance_id] = spec
        return f"http://127.0.0.1:{self._server.server_address[1]}/{spec.instance_id}"

    def remove(self, instance_id: str) -> None:
        """Answer an instance no longer."""
        self._specs.pop(instance_id, None)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def spec(self, instance_id: str) -> MachineSpec | None:
        """The instance as it was launched, None when it is not served."""
        return self._specs.get(instance_id)

    def issue_token(self, instance_id: str, ttl_seconds: int) -> str:
        """Return a session token that holds for `ttl_seconds`."""
        token = secrets.token_urlsafe(32)
        self._tokens[instance_id, token] = time.monotonic() + ttl_seconds
        return token

    def accepts(self, instance_id: str, token: str | None) -> bool:
        """Whether a token was issued to this instance and still holds."""
        return self._tokens.get((instance_id, token or ""), 0.0) > time.monotonic()


class _Handler(BaseHTTPRequestHandler):
    service: MetadataService

    def do_PUT(self) -> None:
        instance_id, _, path = self.path.lstrip("/").partition("/")
        ttl = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if self.service.spec(instance_id) is None or path != "latest/api/token":
            self._answer(404)
        elif "X-Forwarded-For" in self.headers:  # a misled proxy gets no token
            self._answer(403)
        elif not (ttl.isdigit() and 1 <= int(ttl) <= MAX_TTL_SECONDS):
            self._answer(400)
        else:
            self._answer(200, self.service.issue_token(instance_id, int(ttl)).encode())

    def do_GET(self) -> None:
        instance_id, _, path = self.path.lstrip("/").partition("/")
        spec = self.service.spec(instance_id)
        if spec is None:
            self._answer(404)
        elif not self.service.accepts(instance_id, self.headers.get("X-aws-ec2-metadata-token")):
            self._answer(401)
        else:
            body = lookup(path, spec, self.service)
            self._answer(404 if body is None else 200, body or b"")

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a boot asks dozens of times."""
