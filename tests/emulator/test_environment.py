"""What a command on the emulator knows of the shell that called it: what is on a list."""

import pytest

from emulator.connection import Connection
from emulator.environment import emulator_environment
from scripts.base import place

LEADS_AWAY = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "TF_VAR_environment")


def test_it_inherits_neither_credentials_nor_another_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*LEADS_AWAY, place.ON, "GITHUB_ACTIONS", "GITHUB_RUN_ID", "ON", "YES"):
        monkeypatch.setenv(name, "true" if name == "GITHUB_ACTIONS" else "aws")
    monkeypatch.setenv("NO_COLOR", "1")
    given = emulator_environment(Connection(1, "http://127.0.0.1:1"), "1" * 12)
    assert given["NO_COLOR"] == "1"
    assert given["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert not set(given) & {*LEADS_AWAY, place.ON, "GITHUB_ACTIONS", "GITHUB_RUN_ID", "ON", "YES"}
    # There, a command is of the emulator, and asks nobody.
    for name in (place.ON, "GITHUB_ACTIONS"):
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert place.here() == "emulator"
