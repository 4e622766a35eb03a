"""Buckets: what a policy refuses, and what is deleted for good."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.aws.stand import REGION, Stand

BUCKET, KEY = "state", "dev/ledger.json"
NO_BLIND_WRITE = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:PutObject", "s3:DeleteObject"],
    "Resource": f"arn:aws:s3:::{BUCKET}/*",
    "Condition": {"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}},
}


@pytest.fixture
def s3(stand: Stand) -> Any:
    """A bucket behind the emulator's server, which refuses blind writes."""
    with stand.server() as address:
        client: Any = boto3.client("s3", region_name=REGION, endpoint_url=address)
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        policy = {"Version": "2012-10-17", "Statement": [NO_BLIND_WRITE]}
        client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
        yield client


def test_a_write_that_has_not_looked_is_refused(s3: Any) -> None:
    """S3 User Guide, "Enforce conditional writes on Amazon S3 buckets"."""
    place = {"Bucket": BUCKET, "Key": KEY}
    with pytest.raises(ClientError) as refused:
        s3.put_object(**place, Body=b"1")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    first = s3.put_object(**place, Body=b"1", IfNoneMatch="*")["ETag"]
    second = s3.put_object(**place, Body=b"2", IfMatch=first)["ETag"]
    for condition in ({"IfMatch": first}, {"IfNoneMatch": "*"}):
        with pytest.raises(ClientError) as late:
            s3.put_object(**place, Body=b"3", **condition)
        assert late.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    with pytest.raises(ClientError):
        s3.delete_object(**place)
    assert s3.get_object(**place)["Body"].read() == b"2"
    s3.delete_object(**place, IfMatch=second)


def test_a_marker_of_deletion_can_be_deleted(stand: Stand) -> None:
    """S3 API reference, DeleteObjects: of a marker by its version id."""
    client: Any = stand.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    client.put_object(Bucket=BUCKET, Key=KEY, Body=b"1")
    client.delete_object(Bucket=BUCKET, Key=KEY)
    found = client.list_object_versions(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    for one in [*found["Versions"], *found["DeleteMarkers"]]:
        client.delete_objects(
            Bucket=BUCKET, Delete={"Objects": [{"Key": KEY, "VersionId": one["VersionId"]}]}
        )
    client.delete_bucket(Bucket=BUCKET)
