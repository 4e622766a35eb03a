"""The image registry."""

import hashlib
import json
from typing import Any

from tests.emulator.aws.stand import Stand

MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"


def _manifest(word: str) -> str:
    return json.dumps({"schemaVersion": 2, "mediaType": MEDIA_TYPE, "annotations": {"w": word}})


def _registry(stand: Stand, mutability: str = "IMMUTABLE") -> Any:
    ecr = stand.client("ecr")
    ecr.create_repository(repositoryName="slipway", imageTagMutability=mutability)
    return ecr


def test_the_digest_is_the_hash_of_the_manifests_bytes(stand: Stand) -> None:
    """OCI image specification, "Digests"."""
    ecr, manifest = _registry(stand), _manifest("one")
    ecr.put_image(repositoryName="slipway", imageManifest=manifest, imageTag="a")
    digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
    described = ecr.describe_images(repositoryName="slipway", imageIds=[{"imageTag": "a"}])
    assert described["imageDetails"][0]["imageDigest"] == digest
    got = ecr.batch_get_image(repositoryName="slipway", imageIds=[{"imageDigest": digest}])
    assert got["images"][0]["imageManifest"] == manifest


def test_an_immutable_tag_is_not_moved(stand: Stand) -> None:
    """API reference, PutImage: ImageTagAlreadyExistsException."""
    ecr = _registry(stand)
    ecr.put_image(repositoryName="slipway", imageManifest=_manifest("one"), imageTag="a")
    with stand.refused("ImageTagAlreadyExistsException", "immutable"):
        ecr.put_image(repositoryName="slipway", imageManifest=_manifest("two"), imageTag="a")


def test_a_mutable_tag_moves(stand: Stand) -> None:
    ecr = _registry(stand, "MUTABLE")
    ecr.put_image(repositoryName="slipway", imageManifest=_manifest("one"), imageTag="a")
    ecr.put_image(repositoryName="slipway", imageManifest=_manifest("two"), imageTag="a")
    found = ecr.batch_get_image(repositoryName="slipway", imageIds=[{"imageTag": "a"}])
    assert [image["imageManifest"] for image in found["images"]] == [_manifest("two")]


def test_the_same_image_under_the_same_tag_exists_already(stand: Stand) -> None:
    """API reference, PutImage: ImageAlreadyExistsException."""
    ecr = _registry(stand)
    ecr.put_image(repositoryName="slipway", imageManifest=_manifest("one"), imageTag="a")
    with stand.refused("ImageAlreadyExistsException"):
        ecr.put_image(repositoryName="slipway", imageManifest=_manifest("one"), imageTag="a")


def test_the_same_image_takes_a_second_tag(stand: Stand) -> None:
    ecr = _registry(stand)
    for tag in ("a", "b"):
        ecr.put_image(repositoryName="slipway", imageManifest=_manifest("one"), imageTag=tag)
    details = ecr.describe_images(repositoryName="slipway")["imageDetails"]
    assert [sorted(image["imageTags"]) for image in details] == [["a", "b"]]


def test_a_digest_that_is_not_the_manifests_is_refused(stand: Stand) -> None:
    """API reference, PutImage: ImageDigestDoesNotMatchException."""
    ecr = _registry(stand)
    with stand.refused("ImageDigestDoesNotMatchException"):
        ecr.put_image(
            repositoryName="slipway",
            imageManifest=_manifest("one"),
            imageDigest=f"sha256:{'0' * 64}",
        )


def test_an_image_that_is_not_there_is_not_found(stand: Stand) -> None:
    """API reference, DescribeImages and BatchGetImage."""
    ecr = _registry(stand)
    with stand.refused("ImageNotFoundException"):
        ecr.describe_images(repositoryName="slipway", imageIds=[{"imageTag": "a"}])
    got = ecr.batch_get_image(repositoryName="slipway", imageIds=[{"imageTag": "a"}])
    assert got["failures"][0]["failureCode"] == "ImageNotFound"
