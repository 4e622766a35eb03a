"""An image: manifest, config and layer (OCI image specification 1.1)."""

import json
from dataclasses import dataclass
from typing import Any

from emulator.images import layer as layers
from emulator.images.blobs import BlobStore, digest_of
from emulator.images.errors import ImageError

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"


@dataclass(frozen=True)
class Image:
    """The three contents of an image, as bytes."""

    manifest: bytes
    config: bytes
    layer: bytes

    @property
    def digest(self) -> str:
        """Digest of the manifest: what a deploy names."""
        return digest_of(self.manifest)

    @property
    def settings(self) -> dict[str, Any]:
        """The config's own `config` object: Env, Cmd, WorkingDir, ExposedPorts and so on."""
        settings: dict[str, Any] = json.loads(self.config)["config"]
        return settings

    @classmethod
    def make(cls, layer: bytes, settings: dict[str, Any], history: list[str]) -> "Image":
        """Put an image together; the same parts give the same bytes."""
        config = _json(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": settings,
                "rootfs": {"type": "layers", "diff_ids": [digest_of(layer)]},
                "history": [{"created_by": line, "empty_layer": True} for line in history]
                + [{"created_by": "COPY (all files of the final stage)"}],
            }
        )
        manifest = _json(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST_TYPE,
                "config": _descriptor(CONFIG_TYPE, config),
                "layers": [_descriptor(layers.MEDIA_TYPE, layer)],
            }
        )
        return cls(manifest, config, layer)

    @classmethod
    def load(cls, store: BlobStore, manifest: bytes) -> "Image":
        """Complete a manifest with its config and layer from a store, each checked.

        Raises:
            ImageError: one is missing, was altered, or the config names another layer.
        """
        described = _descriptors(manifest)
        config, layer = (store.get(digest) for digest in described)
        if json.loads(config)["rootfs"]["diff_ids"] != [digest_of(layer)]:
            raise ImageError(f"config {described[0]} does not belong to layer {described[1]}")
        return cls(manifest, config, layer)

    def save(self, store: BlobStore) -> None:
        """Keep all three in a store."""
        for content in (self.layer, self.config, self.manifest):
            store.put(content)


def _descriptors(manifest: bytes) -> tuple[str, str]:
    """Digests of config and layer."""
    try:
        content = json.loads(manifest)
        (layer,) = content["layers"]
        return content["config"]["digest"], layer["digest"]
    except (ValueError, KeyError, TypeError) as error:
        raise ImageError(f"manifest {digest_of(manifest)} is not one of this emulator") from error


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
