"""The registry: ECR holds manifests by digest and tag, a shared folder holds the other blobs."""

from typing import TYPE_CHECKING

from emulator.images.blobs import BlobStore, digest_of
from emulator.images.errors import ImageError
from emulator.images.image import MANIFEST_TYPE, Image
from emulator.images.reference import Reference

if TYPE_CHECKING:
    from mypy_boto3_ecr.client import ECRClient
    from mypy_boto3_ecr.type_defs import ImageIdentifierTypeDef


class Registry:
    """Push to and pull from ECR.

    Args:
        client: ECR of the registry's region.
        store: the shared folder, EMULATOR_REGISTRY_DIR.
    """

    def __init__(self, client: "ECRClient", store: BlobStore) -> None:
        self._client = client
        self._store = store

    def push(self, image: Image, reference: Reference) -> str:
        """Push an image under a tag and return the digest that ECR reports.

        Raises:
            ImageError: ECR refuses it, for instance because the tag is taken and immutable.
        """
        account, _ = reference.account_and_region()
        image.save(self._store)
        errors = self._client.exceptions
        try:
            answer = self._client.put_image(
                registryId=account,
                repositoryName=reference.repository,
                imageManifest=image.manifest.decode(),
                imageManifestMediaType=MANIFEST_TYPE,
                imageTag=reference.tag or "latest",
                imageDigest=image.digest,
            )
        except errors.ImageAlreadyExistsException as error:
            if digest_of(self._manifest(reference)) != image.digest:
                raise ImageError(f"tag invalid: {error}") from error
            return image.digest
        except errors.RepositoryNotFoundException as error:
            raise ImageError(f"name unknown: {error}") from error
        except self._client.exceptions.ClientError as error:
            raise ImageError(f"tag invalid: {error}") from error
        digest = answer["image"]["imageId"].get("imageDigest", "")
        if digest != image.digest:
            raise ImageError(f"the registry answered digest {digest} for {image.digest}")
        return digest

    def pull(self, reference: Reference) -> Image:
        """Fetch an image by digest or tag; manifest, config and layer are checked.

        Raises:
            ImageError: ECR does not have it, or a content is missing or was altered.
        """
        manifest = self._manifest(reference)
        if reference.digest and digest_of(manifest) != reference.digest:
            raise ImageError(f"{reference}: the manifest's digest is {digest_of(manifest)}")
        return Image.load(self._store, manifest)

    def _manifest(self, reference: Reference) -> bytes:
        account, _ = reference.account_and_region()
        wanted: ImageIdentifierTypeDef = (
            {"imageDigest": reference.digest}
            if reference.digest
            else {"imageTag": reference.tag or "latest"}
        )
        try:
            answer = self._client.batch_get_image(
                registryId=account, repositoryName=reference.repository, imageIds=[wanted]
            )
        except self._client.exceptions.ClientError as error:
            raise ImageError(f"pull access denied for {reference.name}: {error}") from error
        if not answer["images"]:
            what = reference.digest or reference.tag
            raise ImageError(f"manifest for {reference} not found: manifest unknown: {what}")
        return answer["images"][0]["imageManifest"].encode()
