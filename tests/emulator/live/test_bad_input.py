"""Wrong words and broken files: a clear error, the right exit code, and nothing touched."""

import socket

import pytest

from tests.checkout import Checkout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("deploy", "ENV=staging"), 2, "staging"),
        (("up", "ENV=staging"), 2, "staging"),
        (("roll-back", "ENV=dev", "TO=000000000000"), 3, "000000000000"),
        (("hold", "ENV=dev"), 2, "REASON"),
    ],
)
def test_wrong_words_are_refused(emulator: Checkout, words: tuple[str, ...], code: int, said: str):
    before = emulator.status("dev")
    assert said in emulator.make(*words, code=code).stderr
    assert emulator.status("dev") == before


def test_a_port_that_is_taken_is_named(emulator: Checkout):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert str(port) in emulator.make("up", "ENV=dev", f"PORT={port}", code=3).stderr


def test_a_broken_terraform_value_is_named_and_nothing_is_lost(emulator: Checkout):
    main = emulator.folder / "infra/envs/dev/main.tf"
    before = main.read_text()
    main.write_text(before.replace("max_healthy_percentage = 150", "max_healthy_percentage = 50"))
    try:
        said = emulator.make("deploy", "ENV=dev", code=1).stderr
        assert "max_healthy_percentage" in said
        assert "Plan: 0 to add" not in said
        main.write_text(before.replace('"10.20.0.0/16"', '"10.20.0.0/99"'))
        assert "main.tf:" in emulator.make("deploy", "ENV=dev", code=2).stderr
    finally:
        main.write_text(before)
    emulator.make("deploy", "ENV=dev")


def test_a_command_without_an_emulator_says_how_to_start_one(tmp_path):
    checkout = Checkout.copy(tmp_path)
    assert "make up" in checkout.make("status", code=3).stderr


def test_an_emulator_folder_that_cannot_be_written_is_named(tmp_path):
    checkout = Checkout.copy(tmp_path)
    (checkout.folder / ".emulator").write_text("in the way")
    assert ".emulator" in checkout.make("up", code=3).stderr
