"""The claims of the token that this job can mint for a cloud. The token itself is never shown.

Source: GitHub, "OpenID Connect reference": a job with `id-token: write` finds an address and a
token for it in its environment, and adds the audience to the address.
"""

import base64
import json
import os
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from scripts.base.errors import RefusedError, SlipwayError

URL, TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
SECONDS = 20


def claims_for(audience: str) -> dict[str, str]:
    """Mint a token and return what it says, as text; its signature is not checked.

    Args:
        audience: whom it is for, such as `sts.amazonaws.com`.

    Raises:
        RefusedError: this job may not ask for one.
        SlipwayError: GitHub gives none, or none that can be read.
    """
    url, bearer = os.environ.get(URL), os.environ.get(TOKEN)
    if not url or not bearer:
        raise RefusedError(
            "this job cannot ask GitHub for a token of its own",
            which=f"{URL} and {TOKEN} are not set",
            next_step="Give the job the permission `id-token: write`.",
        )
    asked = f"{url}{'&' if '?' in url else '?'}{urlencode({'audience': audience})}"
    try:
        with urlopen(
            Request(asked, headers={"Authorization": f"bearer {bearer}"}), timeout=SECONDS
        ) as answer:
            token = json.load(answer)["value"]
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        # What was answered may hold a token: it stays out of the message.
        raise _failed(getattr(error, "code", None) or type(error).__name__) from None
    return _claims(token)


def _claims(token: object) -> dict[str, str]:
    """Return the claims of a JSON Web Token (RFC 7519, section 3: the second of three parts)."""
    try:
        _, payload, _ = str(token).split(".")
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        return {name: str(value) for name, value in json.loads(text).items()}
    except (ValueError, AttributeError):
        raise _failed("what it answered is no JSON Web Token") from None


def _failed(which: object) -> SlipwayError:
    return SlipwayError(
        "GitHub gave this job no token of its own",
        which=str(which),
        next_step="Try again later: https://www.githubstatus.com says whether it is GitHub.",
    )
