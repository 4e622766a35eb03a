"""The image of a change is started and asked before anybody merges it, and leaves no container."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.environment import STUBS
from scripts.base import clock
from scripts.base.errors import SlipwayError
from scripts.base.project import Project
from scripts.commands import try_image

pytestmark = pytest.mark.slow

DOCKERFILE = """\
FROM python:3.11
WORKDIR /srv
COPY main.py main.py
EXPOSE {port}
CMD ["python", "main.py"]
"""
SERVER = """\
import http.server, os, sys
print("started as", os.environ.get("RELEASE_VERSION"), flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" and {well} else 500)
        self.end_headers()
port = int(os.environ["GUNICORN_CMD_ARGS"].split(":")[-1])
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""
CRASH = "print('no module named flask', flush=True); raise SystemExit(3)\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for an image, with the emulator's docker on PATH."""
    tools = [str(STUBS), str(Path(sys.executable).parent), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(tools))
    monkeypatch.setenv("EMULATOR_REGISTRY_DIR", str(tmp_path / "registry"))
    return tmp_path


def attempt(place: Path, main: str, *, port: int = 5000, seconds: float = 20) -> None:
    """Build an image of this program, and try it."""
    (place / "main.py").write_text(main)
    (place / "Dockerfile").write_text(DOCKERFILE.format(port=port))
    subprocess.run(["docker", "build", "-q", "-t", "sample:one", str(place)], check=True)
    variables = try_image.environment(Project("slipway", "eu-central-1", None, None), "abc")
    with try_image.started("sample:one", variables) as container:
        try_image.until_healthy(container, seconds)


def containers(place: Path) -> list[str]:
    return [path.name for path in (place / "registry/local/containers").glob("*")]


def test_an_image_that_answers_is_good_and_its_container_gone(place: Path):
    attempt(place, SERVER.format(well=True))
    assert containers(place) == []


def test_one_that_ends_is_bad_and_its_last_words_are_shown(place: Path):
    with pytest.raises(SlipwayError, match="ended before") as caught:
        attempt(place, CRASH)
    assert caught.value.which == ["exit status 3", "no module named flask"]
    assert "scripts try-image" in caught.value.next_step
    assert containers(place) == []


def test_one_that_answers_badly_is_bad_and_does_not_stay(
    place: Path, monkeypatch: pytest.MonkeyPatch
):
    answers, ask = [""], try_image._ask

    def asked(port: int) -> str:
        answers.append(ask(port))
        return answers[-1]

    monkeypatch.setattr(try_image, "_ask", asked)
    # Its time is over once it has answered, however long its start takes here.
    monkeypatch.setattr(clock, "seconds", lambda: 2 if answers[-1].startswith("status") else 0)
    with pytest.raises(SlipwayError, match="did not answer /health within 1 s") as caught:
        attempt(place, SERVER.format(well=False), seconds=1)
    assert caught.value.which[:2] == ["status 500", "started as abc"]
    assert containers(place) == []


def test_one_that_listens_elsewhere_is_bad(place: Path):
    with pytest.raises(SlipwayError, match="did not answer") as caught:
        attempt(place, SERVER.format(well=True), port=8000, seconds=1)
    assert "no answer" in caught.value.which[0]
