"""A command that is killed at any moment leaves nothing that running it again does not mend."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.emulator.live.scene import HTML, PAGE

TEN = (1, 3, 6, 9, 13, 18, 24, 31, 39, 48)
"""Seconds after the start; a deploy of two instances is over within them."""


def kill_at(emulator: Checkout, seconds: float, *words: str) -> None:
    """Start a command and end it with its whole process group, as `kill -9 -- -GROUP` does."""
    process = emulator.spawn(*words)
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def assert_whole(emulator: Checkout, words: str) -> None:
    status = emulator.status("dev")
    assert words in emulator.get("/", **HTML).text
    assert len(status["instances"]) == 2
    assert {i["digest"] for i in status["instances"]} == {status["release"]["digest"]}
    assert "No changes" in emulator.make("plan", "ENV=dev").stdout
    assert emulator.git("status", "--porcelain", "--", ".", f":!{PAGE}") == ""


def killed_deploys(emulator: Checkout, moments: tuple[int, ...]) -> None:
    page = emulator.folder / PAGE
    before = page.read_text()
    try:
        for moment in moments:
            words = f"Killed after {moment}"
            page.write_text(before.replace("Your address, reversed", words, 1))
            kill_at(emulator, moment, "deploy", "ENV=dev")
            emulator.make("deploy", "ENV=dev")
            assert_whole(emulator, words)
    finally:
        page.write_text(before)
        emulator.make("deploy", "ENV=dev")


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_deploy_killed_at_ten_moments_is_finished_by_the_next(emulator: Checkout):
    killed_deploys(emulator, TEN)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seconds", [2, 5, 9, 14, 20, 35, 60, 90, 105, 120])
def test_a_killed_up_is_finished_by_the_next(tmp_path: Path, seconds: int):
    checkout = Checkout.copy(tmp_path)
    try:
        kill_at(checkout, seconds, "up", "ENV=dev")
        checkout.make("up", "ENV=dev")
        assert_whole(checkout, "Your address, reversed")
    finally:
        checkout.make("down", code=None)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_killed_daemon_is_replaced_and_leaves_nothing(tmp_path: Path):
    checkout = Checkout.copy(tmp_path)
    checkout.make("up", "ENV=dev")
    daemon = int((checkout.folder / ".emulator/daemon.lock").read_text().split()[-1])
    os.kill(daemon, signal.SIGKILL)
    checkout.make("up", "ENV=dev")
    assert_whole(checkout, "Your address, reversed")
    checkout.make("down")
    assert not (checkout.folder / ".emulator").exists()
    listed = [p for p in Path("/proc").glob("[0-9]*/cmdline") if _mentions(p, tmp_path)]
    assert listed == []


def _mentions(cmdline: Path, folder: Path) -> bool:
    try:
        return str(folder).encode() in cmdline.read_bytes()
    except OSError:
        return False
