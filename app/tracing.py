"""The id that follows a request from the load balancer into the log."""

import random
import re
import time
from typing import Any

_HEADER = "HTTP_X_AMZN_TRACE_ID"
_KEY = "app.trace_id"
# The header goes into the log and into answers, so only what AWS writes is let through.
_WELL_FORMED = re.compile(r"[A-Za-z0-9=;:._-]{1,200}")


def trace_id(environ: dict[str, Any]) -> str:
    """The request's trace id: the load balancer's, or a new one in the same form.

    The form is AWS X-Ray's: `Root=1-<8 hex digits of Unix time>-<24 random hex digits>`.

    Args:
        environ: the WSGI environment; the id is kept in it, so that a request has one.
    """
    known: str | None = environ.get(_KEY)
    if known:
        return known
    trace: str = environ.get(_HEADER, "")
    if not _WELL_FORMED.fullmatch(trace):
        trace = f"Root=1-{int(time.time()):08x}-{random.getrandbits(96):024x}"
    environ[_KEY] = trace
    return trace
