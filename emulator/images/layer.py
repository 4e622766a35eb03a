"""One layer: a tar archive that is the same for the same content, and its unpacking."""

import io
import tarfile
from pathlib import Path, PurePosixPath

from emulator.images.errors import ImageError

MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar"


def pack(files: dict[PurePosixPath, Path]) -> bytes:
    """Return an uncompressed tar archive of files by their path in the image.

    Sorted, with fixed times and owners and only the executable bit of the mode, so that two
    checkouts agree. Uncompressed, because compressors differ between versions.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for directory in sorted({parent for path in files for parent in path.parents}):
            if str(directory) not in ("/", "."):
                archive.addfile(_header(directory, tarfile.DIRTYPE, 0o755))
        for path in sorted(files):
            source = files[path]
            if source.is_symlink():
                header = _header(path, tarfile.SYMTYPE, 0o777)
                header.linkname = str(source.readlink())
                archive.addfile(header)
                continue
            content = source.read_bytes()
            executable = bool(source.stat().st_mode & 0o100)
            header = _header(path, tarfile.REGTYPE, 0o755 if executable else 0o644)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


def unpack(layer: bytes, directory: Path) -> None:
    """Unpack a layer into an empty directory.

    Raises:
        ImageError: it is no tar archive, or a member would land outside.
    """
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
            archive.extractall(directory, filter="data")
    except tarfile.TarError as error:
        raise ImageError(f"layer cannot be unpacked: {error}") from error


def _header(path: PurePosixPath, kind: bytes, mode: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(str(path).lstrip("/"))
    header.type = kind
    header.mode = mode
    return header
