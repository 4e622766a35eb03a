"""What goes into an image, and that the same content gives the same digest."""

import io
import os
import shutil
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from emulator.images.build import build
from emulator.images.dockerignore import DockerIgnore
from emulator.images.errors import ImageError
from emulator.images.image import Image
from scripts.base.project import ROOT

DOCKERFILE = """\
FROM python:3.11 AS base
FROM base AS dependencies
COPY requirements.txt requirements.txt
RUN pip install -r requirements.txt
FROM base
COPY --from=dependencies /opt/venv /opt/venv
WORKDIR /srv
COPY app/ app/
ENV PATH=/opt/venv/bin:$PATH \\
    GREETING="hello world"
USER 10001
EXPOSE 5000
CMD ["gunicorn", "--config", "app/conf.py"]
"""


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A small context."""
    folder = tmp_path / "context"
    (folder / "app/deep").mkdir(parents=True)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "requirements.txt").write_text("flask==3\n")
    (folder / "app/b.py").write_text("b")
    (folder / "app/a.py").write_text("a")
    (folder / "app/deep/c.py").write_text("c")
    (folder / "other.txt").write_text("not copied")
    return folder


def made(context: Path) -> Image:
    return build(context, context / "Dockerfile")


def members(image: Image) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(image.layer)) as archive:
        return archive.getmembers()


def names(image: Image) -> list[str]:
    return [member.name for member in members(image) if member.isfile()]


def test_the_layer_holds_what_the_final_stage_copies_sorted(context: Path):
    assert names(made(context)) == ["srv/app/a.py", "srv/app/b.py", "srv/app/deep/c.py"]


def test_the_same_content_has_the_same_digest_wherever_and_whenever_it_is(
    context: Path, tmp_path: Path
):
    first = made(context)
    copy = tmp_path / "copy"
    shutil.copytree(context, copy)
    os.utime(copy / "app/a.py", (1, 1))
    (copy / "app/a.py").chmod(0o640)
    assert made(copy).digest == first.digest
    assert {(member.mtime, member.uid, member.gid) for member in members(first)} == {(0, 0, 0)}


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "app/a.py").write_text("A"),
        lambda folder: (folder / "app/a.py").chmod(0o755),
        lambda folder: (folder / "app/a.py").rename(folder / "app/z.py"),
        lambda folder: (folder / "app/new.py").write_text(""),
        lambda folder: (folder / "requirements.txt").write_text("flask==4\n"),
        lambda folder: (folder / "Dockerfile").write_text(DOCKERFILE.replace("hello", "bye")),
        lambda folder: (folder / "Dockerfile").write_text(DOCKERFILE.replace("3.11", "3.12")),
    ],
    ids=["content", "mode", "name", "another file", "packages", "setting", "base"],
)
def test_another_content_has_another_digest(context: Path, change):
    before = made(context).digest
    change(context)
    assert made(context).digest != before


def test_a_file_that_is_not_copied_does_not_change_the_digest(context: Path):
    before = made(context).digest
    (context / "other.txt").write_text("changed")
    assert made(context).digest == before


def test_the_config_says_what_the_final_stage_says(context: Path):
    settings = made(context).settings
    assert settings["Cmd"] == ["gunicorn", "--config", "app/conf.py"]
    assert settings["WorkingDir"] == "/srv"
    assert settings["ExposedPorts"] == {"5000/tcp": {}}
    assert settings["User"] == "10001"
    environment = dict(entry.split("=", 1) for entry in settings["Env"])
    assert environment["GREETING"] == "hello world"
    assert environment["PATH"].startswith("/opt/venv/bin:/usr/local/sbin:")


def test_what_dockerignore_leaves_out_is_not_in_the_image(context: Path):
    (context / ".dockerignore").write_text("*\n!app/\n!requirements.txt\n**/b.py\napp/deep\n")
    assert names(made(context)) == ["srv/app/a.py"]


def test_copying_what_dockerignore_leaves_out_fails(context: Path):
    (context / ".dockerignore").write_text("app\n")
    with pytest.raises(ImageError, match='"/app": not found'):
        made(context)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ADD https://example.test/x /x", "ADD is not emulated"),
        ("COPY app/*.py /x/", "wildcards are not emulated"),
        ("COPY missing /x", '"/missing": not found'),
        ("ENV OLD form", "write KEY=value"),
        ('CMD ["unclosed"', "is no JSON list"),
    ],
)
def test_what_cannot_be_done_is_refused(context: Path, line: str, message: str):
    (context / "Dockerfile").write_text(f"FROM base\n{line}\n")
    with pytest.raises(ImageError, match=message):
        made(context)


@pytest.mark.parametrize(
    ("rules", "path", "left_out"),
    [
        ("*", "a", True),
        ("*", "a/b", True),
        ("*\n!a", "a/b", False),
        ("*\n!a\na/b", "a/b/c", True),
        ("**/x", "a/b/x", True),
        ("**/x", "x", True),
        ("*.py", "a.py", True),
        ("*.py", "a/b.py", False),
        ("**/*.py", "a/b.py", True),
        ("# a\na", "a", True),
        ("/a/", "a/b", True),
        ("a?", "ab", True),
        ("a?", "a/b", False),
    ],
)
def test_patterns_match_as_docker_documents_them(rules: str, path: str, left_out: bool):
    assert DockerIgnore(rules).leaves_out(PurePosixPath(path)) is left_out


def test_the_projects_own_image_holds_the_application_and_nothing_else():
    image = build(ROOT, ROOT / "Dockerfile")
    assert "srv/app/__init__.py" in names(image)
    assert all(name.startswith("srv/app/") for name in names(image))
    assert not [name for name in names(image) if "__pycache__" in name]
    assert image.settings["Cmd"][0] == "gunicorn"
