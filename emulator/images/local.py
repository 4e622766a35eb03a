"""A Docker daemon's own images: contents by digest, and the names that point at them."""

import json
from pathlib import Path

from emulator.images.blobs import BlobStore
from emulator.images.errors import ImageError
from emulator.images.image import Image
from emulator.images.reference import Reference


class LocalImages:
    """Images below a directory.

    Args:
        directory: made when the first image is kept.
    """

    def __init__(self, directory: Path) -> None:
        self._store = BlobStore(directory)
        self._names = directory / "names"

    def keep(self, image: Image, *names: str) -> None:
        """Keep an image under each of the names."""
        image.save(self._store)
        self._names.mkdir(parents=True, exist_ok=True)
        for name in names:
            path = self._path(name)
            draft = path.with_suffix(".tmp")
            draft.write_text(json.dumps({"name": name, "digest": image.digest}))
            draft.replace(path)

    def find(self, name: str) -> Image:
        """Return the image of a name, all its contents checked.

        Raises:
            ImageError: there is none, or a content was altered.
        """
        reference = Reference.parse(name)
        try:
            digest = json.loads(self._path(str(reference)).read_text())["digest"]
        except OSError as error:
            raise ImageError(f"No such image: {name}") from error
        return Image.load(self._store, self._store.get(digest))

    def _path(self, name: str) -> Path:
        return self._names / (name.replace("/", "+").replace(":", "=") + ".json")
