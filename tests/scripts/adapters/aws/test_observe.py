"""status, history, logs and url, for people and for programs."""

import json
from dataclasses import replace

import pytest

from scripts.base.errors import UnknownStateError
from scripts.commands import history, logs
from scripts.domain import facts
from scripts.domain.holds import Hold
from scripts.domain.ledger import Failure, Ledger, Rejection
from scripts.domain.observed_state import Group, ObservedState, Templates
from scripts.reporting import status_text, tables
from tests.scripts.observed_states import FACTS, OLD, instance, pending, recorded, version

RUNS = version(2, "a", OLD)
ONE = instance(RUNS.configuration, "a")
WORLD = ObservedState(
    ledger=Ledger(release=recorded("a")),
    facts=FACTS,
    templates=Templates(RUNS, RUNS),
    group=Group(RUNS, 2, 4, 2, (replace(ONE, id="i-2", zone="z-b"), replace(ONE, id="i-1"))),
)


def test_the_document_has_the_agreed_keys_and_awss_words():
    document = status_text.document("dev", WORLD)
    assert json.loads(json.dumps(document)) == document
    assert list(document) == ["schema", "environment", "url", "release", "hold", "instances"]
    assert document["release"] == {"version": "a", "digest": "sha256:a"}
    assert document["hold"] is None
    assert document["instances"][0] == {
        "id": "i-1",
        "zone": "eu-central-1a",
        "state": "InService",
        "health": "Healthy",
        "version": "a",
        "digest": "sha256:a",
    }


def test_before_the_first_release_there_is_none():
    document = status_text.document("dev", replace(WORLD, ledger=Ledger()))
    assert document["release"] is None


def test_a_hold_and_what_is_pending_are_shown():
    hold = Hold("manual", "a", "audit", "me", "2026")
    observed = replace(WORLD, hold=hold, ledger=Ledger(pending=pending("release", "b", OLD)))
    assert status_text.document("dev", observed)["hold"]["reason"] == "audit"
    shown = "\n".join(status_text.lines(observed))
    assert "audit" in shown
    assert "release of b" in shown
    assert "none yet" in shown


def test_a_pause_is_shown():
    assert WORLD.group
    paused = replace(WORLD, group=replace(WORLD.group, suspended=("InstanceRefresh",)))
    assert "paused" in "\n".join(status_text.lines(paused))
    assert "paused" not in "\n".join(status_text.lines(WORLD))


def test_history_is_everything_by_time_newest_first():
    ledger = Ledger(
        release=replace(recorded("a"), at="2026-04"),
        earlier=(
            replace(recorded("b"), at="2026-03", rejected=Rejection("me", "2026-04")),
            replace(recorded("c"), at="2026-01"),
        ),
        failed=(Failure("d", OLD, "it broke", "2026-02", "me"),),
    )
    found = [(when, release, became) for when, release, became, *_ in history.rows(ledger)]
    assert found == [
        ("2026-04", "a", "runs"),
        ("2026-03", "b", "rejected by me at 2026-04"),
        ("2026-02", "d", "failed"),
        ("2026-01", "c", "verified"),
    ]


def test_a_table_is_as_wide_as_its_texts(capfd):
    tables.show(("a", "bb"), [("1" * 120, "2"), ("", "3")])
    lines = capfd.readouterr().out.splitlines()
    assert lines[1] == "1" * 120 + "  2"
    assert lines[2].split() == ["3"]


def test_a_log_line_says_when_who_and_what():
    event = {"timestamp": 1_767_225_600_000, "logStreamName": "i-1/boot", "message": "done\n"}
    assert logs.line(event) == "2026-01-01T00:00:00Z i-1/boot done"


@pytest.mark.parametrize("text", ["", "{}", '{"schema":2}', '{"schema":1}', "[]"])
def test_facts_that_cannot_be_read_are_unknown(text):
    with pytest.raises(UnknownStateError, match="facts cannot be read"):
        facts.parse(text)
