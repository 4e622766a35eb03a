"""Whether an image has an attestation on GitHub."""

import os

from scripts.adapters.github.client import client
from scripts.base.console import say


def is_attested(digest: str) -> bool:
    """Return whether GitHub keeps an attestation of a digest; asked by a job.

    Where GitHub does not say, it counts as attested: a second one is made up for later, and
    nothing waits for it (REST API, "List attestations": 404 where there is none).

    Args:
        digest: of the image, `sha256:…`.
    """
    import requests
    from github import GithubException, UnknownObjectException

    path = f"/repos/{os.environ['GITHUB_REPOSITORY']}/attestations/{digest}"
    try:
        _, answer = client().requester.requestJsonAndCheck("GET", path)
    except UnknownObjectException:
        return False
    except (GithubException, requests.RequestException) as error:
        say(f"GitHub does not say whether {digest} is attested: {error}", style="yellow")
        return True
    return bool(answer.get("attestations"))
