"""One request as a visitor makes it, and what is to be said of its answer."""

import email.message
import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from scripts.base.markdown import plain

SECONDS = 5
"""How long an answer may take; the service itself gives up on its storage after as long."""

MOST_BYTES = 65536
HEADERS = {"Accept": "application/json", "User-Agent": "smoke-test"}


@dataclass(frozen=True)
class Answer:
    """What one request met.

    Attributes:
        problem: what is wrong with it; empty where nothing is.
        instance: who answered (header X-Instance); empty where the answer does not say: refused,
            timed out, or written by the load balancer itself.
        release: of what version (header X-Release).
    """

    problem: str = ""
    instance: str = ""
    release: str = ""


def ask(url: str) -> Answer:
    """Ask for the page `/` over a fresh connection: 200 and a JSON object with `reversed` is right.

    Args:
        url: of the service, without a trailing slash.
    """
    request = urllib.request.Request(f"{url}/", headers=HEADERS)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            problem = _problem(answer.status, answer.read(MOST_BYTES))
            return _answer(problem, answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(f"status {error.code}", error.headers)
    except urllib.error.URLError as error:
        return Answer(f"no answer: {error.reason}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        # ValueError: a redirect to something that is no address.
        return Answer(f"no answer: {error or type(error).__name__}")


def _answer(problem: str, headers: "email.message.Message") -> Answer:
    instance, release = (plain(headers.get(name, "")) for name in ("X-Instance", "X-Release"))
    return Answer(problem, instance, release)


def _problem(status: int, body: bytes) -> str:
    if status != http.client.OK:
        return f"status {status}"
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "a body that is no JSON"
    if not isinstance(document, dict) or not isinstance(document.get("reversed"), str):
        return "a body without a reversed address"
    return ""
