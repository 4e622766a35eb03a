"""Images by digest: kept, pushed, pulled, and refused when they are not what was asked for."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import boto3
import pytest
from moto import mock_aws

from emulator.aws.patches import Patches
from emulator.aws.services import ecr
from emulator.images import layer
from emulator.images.blobs import BlobStore, digest_of
from emulator.images.errors import ImageError
from emulator.images.image import Image
from emulator.images.reference import Reference
from emulator.images.registry import Registry

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"


def image(text: str, folder: Path) -> Image:
    source = folder / "content"
    source.write_text(text)
    packed = layer.pack({PurePosixPath("/srv/content"): source})
    return Image.make(packed, {"Cmd": ["true"]}, ["FROM base"])


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """A registry with the repository `app`, whose tags are immutable."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patches = Patches()
    with mock_aws():
        ecr.install(patches)
        client = boto3.client("ecr", region_name="eu-central-1")
        client.create_repository(repositoryName="app", imageTagMutability="IMMUTABLE")
        yield Registry(client, BlobStore(tmp_path / "registry"))
        patches.undo()


def reference(rest: str) -> Reference:
    return Reference.parse(f"{HOST}/app{rest}")


def test_what_was_pushed_by_tag_is_pulled_by_digest(registry: Registry, tmp_path: Path):
    pushed = image("one", tmp_path)
    assert registry.push(pushed, reference(":v1")) == pushed.digest
    pulled = registry.pull(reference(f"@{pushed.digest}"))
    assert pulled == pushed
    layer.unpack(pulled.layer, tmp_path / "root")
    assert (tmp_path / "root/srv/content").read_text() == "one"


def test_a_digest_pulls_its_own_content_whatever_came_later(registry: Registry, tmp_path: Path):
    first, second = image("one", tmp_path), image("two", tmp_path)
    registry.push(first, reference(":v1"))
    registry.push(second, reference(":v2"))
    assert registry.pull(reference(f"@{first.digest}")) == first
    assert registry.pull(reference(":v2")) == second


def test_pushing_the_same_content_again_is_no_failure(registry: Registry, tmp_path: Path):
    for _ in range(2):
        assert registry.push(image("one", tmp_path), reference(":v1"))


def test_a_taken_tag_is_refused(registry: Registry, tmp_path: Path):
    registry.push(image("one", tmp_path), reference(":v1"))
    with pytest.raises(ImageError, match=r"tag invalid: .*immutable"):
        registry.push(image("two", tmp_path), reference(":v1"))


def test_an_unknown_digest_is_not_found(registry: Registry):
    with pytest.raises(ImageError, match="not found: manifest unknown"):
        registry.pull(reference("@sha256:" + "0" * 64))


def test_an_unknown_repository_is_refused(registry: Registry, tmp_path: Path):
    with pytest.raises(ImageError, match="name unknown"):
        registry.push(image("one", tmp_path), Reference.parse(f"{HOST}/other:v1"))


@pytest.mark.parametrize("part", ["layer", "config"])
def test_an_altered_content_is_refused(registry: Registry, tmp_path: Path, part: str):
    pushed = image("one", tmp_path)
    registry.push(pushed, reference(":v1"))
    digest = digest_of(getattr(pushed, part))
    blob = tmp_path / "registry/blobs/sha256" / digest.removeprefix("sha256:")
    blob.write_bytes(blob.read_bytes() + b" ")
    with pytest.raises(ImageError, match=f"blob {digest} was altered"):
        registry.pull(reference(":v1"))


def test_a_layer_that_belongs_to_another_config_is_refused(registry: Registry, tmp_path: Path):
    one, two = image("one", tmp_path), image("two", tmp_path)
    for made in (one, two):
        made.save(BlobStore(tmp_path / "registry"))
    mixed = one.manifest.replace(digest_of(one.layer).encode(), digest_of(two.layer).encode())
    with pytest.raises(ImageError, match="does not belong to layer"):
        Image.load(BlobStore(tmp_path / "registry"), mixed)


def test_a_missing_blob_is_named(tmp_path: Path):
    with pytest.raises(ImageError, match=r"blob sha256:0+ not found"):
        BlobStore(tmp_path).get("sha256:" + "0" * 64)


@pytest.mark.parametrize("digest", ["sha256:../../etc/passwd", "md5:" + "0" * 64, "sha256:", ""])
def test_what_is_no_digest_reaches_no_file(tmp_path: Path, digest: str):
    with pytest.raises(ImageError, match="invalid digest"):
        BlobStore(tmp_path).get(digest)


def test_a_layer_cannot_write_outside_its_directory(tmp_path: Path):
    (tmp_path / "evil").write_text("x")
    packed = layer.pack({PurePosixPath("/../outside"): tmp_path / "evil"})
    with pytest.raises(ImageError, match="cannot be unpacked"):
        layer.unpack(packed, tmp_path / "root")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("text", "registry_host", "repository", "tag", "digest"),
    [
        ("app", "", "app", "latest", None),
        (f"{HOST}/a/b:v1", HOST, "a/b", "v1", None),
        (f"{HOST}/a@sha256:{'0' * 64}", HOST, "a", None, f"sha256:{'0' * 64}"),
    ],
)
def test_references(
    text: str, registry_host: str, repository: str, tag: str | None, digest: str | None
):
    assert Reference.parse(text) == Reference(registry_host, repository, tag, digest)


@pytest.mark.parametrize("text", ["", "UPPER", "a b", f"{HOST}/a@", f"{HOST}/a@sha256:00"])
def test_what_is_no_reference_is_refused(text: str):
    with pytest.raises(ImageError, match="invalid reference"):
        Reference.parse(text)
