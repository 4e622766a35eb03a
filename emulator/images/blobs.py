"""Content by digest: a directory of blobs, as in an OCI image layout."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from emulator.images.errors import ImageError


def digest_of(content: bytes) -> str:
    """Return the OCI digest of a content, `sha256:` and 64 hex digits."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


class BlobStore:
    """Blobs below `DIRECTORY/blobs/sha256/`.

    Args:
        directory: made when the first blob is put.
    """

    def __init__(self, directory: Path) -> None:
        self._blobs = directory / "blobs" / "sha256"

    def put(self, content: bytes) -> str:
        """Keep a content and return its digest; a blob appears whole or not at all."""
        digest = digest_of(content)
        path = self._path(digest)
        if not path.exists():
            self._blobs.mkdir(parents=True, exist_ok=True)
            descriptor, draft = tempfile.mkstemp(dir=self._blobs, prefix=".draft-")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                Path(draft).replace(path)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    Path(draft).unlink()
        return digest

    def get(self, digest: str) -> bytes:
        """Return the content of a digest.

        Raises:
            ImageError: there is none, or it was altered.
        """
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            raise ImageError(f"blob {digest} not found") from error
        if digest_of(content) != digest:
            raise ImageError(f"blob {digest} was altered: its content is {digest_of(content)}")
        return content

    def _path(self, digest: str) -> Path:
        algorithm, _, value = digest.partition(":")
        if algorithm != "sha256" or len(value) != 64 or not set(value) <= set("0123456789abcdef"):
            raise ImageError(f"invalid digest {digest!r}")
        return self._blobs / value
