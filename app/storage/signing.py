"""AWS Signature Version 4 for one kind of request: a DynamoDB call.

botocore signs any request to any service; docs/decisions/0021 says why this one call has a signer
of its own. A test holds every signature against botocore's.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import time
from typing import NamedTuple

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """AWS credentials; the token is None for those of a user."""

    access_key: str
    secret_key: str
    token: str | None


class Signer:
    """Signs DynamoDB calls to one endpoint. Safe to share between threads.

    Args:
        host: the Host header, with the port where the scheme's own is not used.
        region: AWS region.
    """

    def __init__(self, host: str, region: str) -> None:
        self._host = host
        self._region = region
        # One slot: a day and a secret make one key, and both change rarely.
        self._key: tuple[str, str, bytes] = ("", "", b"")

    def headers(self, target: str, body: bytes, credentials: Credentials) -> dict[str, str]:
        """Make the headers that authenticate a call.

        Args:
            target: value of X-Amz-Target.
            body: the request's body.
            credentials: those to sign with.
        """
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        day = moment[:8]
        signed = {"host": self._host, "x-amz-date": moment}
        if credentials.token:
            signed["x-amz-security-token"] = credentials.token
        signed["x-amz-target"] = target
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{day}/{self._region}/dynamodb/aws4_request"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"{_ALGORITHM}\n{moment}\n{scope}\n{digest}"
        signature = _hmac(self._signing_key(day, credentials.secret_key), text).hex()
        signed["authorization"] = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return signed

    def _signing_key(self, day: str, secret: str) -> bytes:
        known_day, known_secret, key = self._key
        if (known_day, known_secret) != (day, secret):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, "dynamodb", "aws4_request"):
                key = _hmac(key, part)
            self._key = (day, secret, key)
        return key


def _hmac(key: bytes, text: str) -> bytes:
    # Not hmac.digest, which lets other threads run for every few bytes.
    return hmac.new(key, text.encode(), "sha256").digest()
