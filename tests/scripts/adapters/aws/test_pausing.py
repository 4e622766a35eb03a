"""Pausing and resuming, beside what `test_rollout.py` says of a roll that is held."""

import re

import pytest

from scripts.commands import pause, resume
from tests.scripts.emulated import BUCKET, Environment

pytestmark = pytest.mark.slow
A, B = "a" * 12, "b" * 12


def test_what_does_not_exist_is_neither_paused_nor_resumed(dev: Environment):
    dev.clients.s3.delete_object(Bucket=BUCKET, Key="dev/facts.json")
    for command in (pause.main, resume.main):
        assert dev.run(command) == 3
        assert "does not exist yet" in str(dev.error)


def test_a_second_pause_keeps_the_moment_of_the_first(dev: Environment, capsys):
    dev.deploy(A)
    assert dev.run(pause.main) == 0
    since = dev.observe().group.paused_because  # type: ignore[union-attr]
    dev.pass_time(120)
    assert dev.run(pause.main) == 0
    assert dev.observe().group.paused_because == since  # type: ignore[union-attr]
    assert "already paused since" in capsys.readouterr().err


def test_what_is_not_paused_is_resumed_without_a_word_to_aws(dev: Environment, capsys):
    dev.deploy(A)
    assert dev.run(resume.main) == 0
    assert "was not paused" in capsys.readouterr().err


def test_a_roll_that_is_paused_on_its_way_says_so_while_it_is_watched(dev: Environment, capsys):
    dev.deploy(A)
    looks = 0

    def act() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            dev.run(pause.main)
        if looks == 4:
            dev.run(resume.main)

    dev.on_pause = act
    assert dev.deploy(B) == 0
    told = capsys.readouterr().err
    assert re.search(
        r"Pending, 0 of 2 new in service.*; paused since .*make resume ENV=dev$", told, re.MULTILINE
    )
