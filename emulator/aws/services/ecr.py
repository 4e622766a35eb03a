"""The registry: a digest is the hash of the manifest's bytes, and an immutable tag stays.

Source: OCI image specification, "Digests"; ECR API reference, PutImage.
"""

import hashlib
from typing import Any

from moto.ecr.exceptions import InvalidParameterException
from moto.ecr.models import ECRBackend, Image

from emulator.aws.patches import Patches

_moto_put_image = ECRBackend.put_image


def install(patches: Patches) -> None:
    """Patch moto's registry."""
    patches.methods(ECRBackend, _Backend)


class _Backend:
    def put_image(
        self: Any,
        repository_name: str,
        image_manifest: str,
        image_tag: str,
        image_manifest_mediatype: str | None = None,
        digest: str | None = None,
    ) -> Image:
        own = sha256(image_manifest)
        if digest is not None and digest != own:
            raise InvalidParameterException(
                "ImageDigestDoesNotMatchException",
                f"The provided image digest '{digest}' does not match the digest '{own}' of "
                "the image manifest",
            )
        repository = self._get_repository(repository_name)
        if image_tag and repository.is_tag_immutable():
            _refuse_overwrite(repository, image_tag, own)
        image: Image = _moto_put_image(
            self, repository_name, image_manifest, image_tag, image_manifest_mediatype, own
        )
        return image


def sha256(manifest: str) -> str:
    """Digest of a manifest as the registry reports it."""
    return f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"


def _refuse_overwrite(repository: Any, tag: str, digest: str) -> None:
    for image in repository.images:
        if tag in image.image_tags and image.image_digest != digest:
            raise InvalidParameterException(
                "ImageTagAlreadyExistsException",
                f"The image tag '{tag}' already exists in the '{repository.name}' repository and "
                "cannot be overwritten because the tag is immutable.",
            )
