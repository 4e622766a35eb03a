"""Facts about the image's recipe."""

import re

from tests.app.gunicorn_process import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()


def test_the_base_is_pinned_by_digest():
    bases = re.findall(r"^FROM (\S+)(?: AS (\S+))?", DOCKERFILE, re.MULTILINE)
    stages = {name for _, name in bases}
    outside = [image for image, _ in bases if image not in stages]
    assert outside
    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-\w+@sha256:[0-9a-f]{64}", i) for i in outside)


def test_dependencies_come_from_the_locked_file_by_hash():
    assert "--require-hashes" in DOCKERFILE
    assert "--only-binary :all:" in DOCKERFILE
    pins = re.findall(r"^(\S+)==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)
    assert {"boto3", "flask", "gunicorn"} <= {*pins}


def test_the_service_does_not_run_as_root():
    last_stage = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d*$", last_stage, re.MULTILINE)


def test_the_command_is_in_exec_form_so_that_gunicorn_gets_the_signal():
    assert 'CMD ["gunicorn", "--config", "app/gunicorn.conf.py"]' in DOCKERFILE


def test_the_context_is_the_service_and_its_requirements_alone():
    kept = {line for line in IGNORED if line.startswith("!")}
    assert "*" in IGNORED
    assert kept == {"!app/", "!requirements/run.txt"}
