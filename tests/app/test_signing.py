"""Signatures are botocore's, byte for byte."""

from types import SimpleNamespace

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st

from app.storage import signing
from app.storage.signing import Credentials, Signer

TARGET = "DynamoDB_20120810.BatchWriteItem"
TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def botocores(host, region, body, credentials, moment):
    headers = {"Host": host, "X-Amz-Target": TARGET}
    request = AWSRequest("POST", f"https://{host}/", data=body, headers=headers)
    request.context["timestamp"] = moment
    signer = SigV4Auth(BotoCredentials(*credentials), "dynamodb", region)
    if credentials.token:
        request.headers["X-Amz-Security-Token"] = credentials.token
    request.headers["X-Amz-Date"] = moment
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    return f"Signature={signature}"


@given(
    body=st.binary(max_size=500),
    access=TEXT,
    secret=TEXT,
    token=st.none() | TEXT,
    host=st.sampled_from(
        ["dynamodb.eu-central-1.amazonaws.com", "127.0.0.1:4566", "vpce-1.dynamodb.aws:8443"]
    ),
    region=st.sampled_from(["eu-central-1", "us-gov-west-1", "local"]),
)
def test_a_signature_is_the_one_that_botocore_makes(body, access, secret, token, host, region):
    credentials = Credentials(access, secret, token)
    headers = Signer(host, region).headers(TARGET, body, credentials)
    expected = botocores(host, region, body, credentials, headers["x-amz-date"])
    assert headers["authorization"].endswith(expected)
    assert ("x-amz-security-token" in headers) == (token is not None)


def test_new_credentials_and_a_new_day_make_a_new_key(monkeypatch):
    signer = Signer("host", "eu-central-1")
    made = []
    for day in ("20260101", "20260102"):
        clock = SimpleNamespace(
            strftime=lambda form, moment, day=day: f"{day}T000000Z", gmtime=lambda: None
        )
        monkeypatch.setattr(signing, "time", clock)
        for secret in ("one", "two"):
            credentials = Credentials("access", secret, None)
            headers = signer.headers(TARGET, b"{}", credentials)
            moment = headers["x-amz-date"]
            expected = botocores("host", "eu-central-1", b"{}", credentials, moment)
            assert headers["authorization"].endswith(expected)
            made.append(expected)
    assert len(set(made)) == 4


@pytest.mark.parametrize("token", [None, "token"])
def test_what_authenticates_is_signed(token):
    headers = Signer("host", "eu-central-1").headers(TARGET, b"", Credentials("a", "s", token))
    signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert signed == sorted(set(headers) - {"authorization"})
