"""`make VERB ON=aws`, from a shell whose credentials and endpoint lead to an account."""

import json
import os
import pty
import select
import subprocess
import time

import pytest

from emulator.connection import Connection
from emulator.paths import CONNECTION
from scripts.base.project import ROOT, Project
from tests import clones
from tests.checkout import OF_MAKE, Checkout

SECONDS = 60.0


@pytest.fixture
def person(emulator: Checkout) -> Checkout:
    """Somebody at the same clone whose shell holds credentials of the account, and no more."""
    connection = emulator.folder / CONNECTION.relative_to(ROOT)
    endpoint = Connection(**json.loads(connection.read_text())).endpoint
    checkout = Checkout(emulator.folder)
    project = Project.load(emulator.folder)
    checkout.shell = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": project.account_of("dev") or "",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_REGION": project.region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return checkout


def typed(checkout: Checkout, answer: str, *words: str) -> tuple[int, str]:
    """Run make at a terminal, type an answer to its question; return exit code and what it said."""
    own = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["make", "-s", *words],
        cwd=checkout.folder,
        env={**own, "TERM": "dumb", "NO_COLOR": "1", **checkout.shell},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said, asked, end = "", False, time.monotonic() + SECONDS
    while time.monotonic() < end and (process.poll() is None or _readable(ours)):
        if not _readable(ours):
            continue
        try:
            said += os.read(ours, 4096).decode(errors="replace")
        except OSError:
            break  # Linux's answer once the last one has closed its end
        if not asked and "to go on:" in said:
            os.write(ours, f"{answer}\n".encode())
            asked = True
    os.close(ours)
    assert asked, said
    return process.wait(SECONDS), said


def _readable(file: int) -> bool:
    return bool(select.select([file], [], [], 0.2)[0])


def test_looking_says_account_and_identity_and_asks_nothing(person: Checkout):
    account = person.shell["AWS_ACCESS_KEY_ID"]
    ran = person.make("status", "ENV=dev", "ON=aws")
    first = ran.stderr.splitlines()[0]
    assert f"status dev: account {account} at http://127.0.0.1:" in first
    assert "as arn:aws:" in first
    assert ran.stdout.startswith("url ")


def test_what_changes_something_needs_the_name_or_a_yes(emulator: Checkout, person: Checkout):
    hold = ("hold", "ENV=dev", "ON=aws", "REASON=a try")
    try:
        refused = person.make(*hold, code=3).stderr
        assert "no terminal" in refused
        assert "YES=1" in refused
        code, said = typed(person, "yes", *hold)
        assert code != 0
        assert "dev was not typed" in said
        assert emulator.status()["hold"] is None

        code, said = typed(person, "dev", *hold)
        assert code == 0, said
        assert emulator.status()["hold"]["reason"] == "a try"
        # The next step is of the place where it is read.
        assert "next: make unhold ENV=dev ON=aws" in said
        person.make("unhold", "ENV=dev", "ON=aws", "YES=1")
        assert emulator.status()["hold"] is None
    finally:
        emulator.make("unhold", code=None)


def test_credentials_of_nobody_are_refused(person: Checkout):
    account = person.shell["AWS_ACCESS_KEY_ID"]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del person.shell[name]
    none = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    said = person.make("status", "ENV=dev", "ON=aws", code=3, environment=none).stderr
    assert f"no credentials of account {account}" in said


def test_a_clone_that_is_not_connected_has_no_real_account(tmp_path):
    said = clones.copy(tmp_path, clones.template).make("status", "ON=aws", code=3).stderr
    assert "project.json names no AWS account for dev" in said
