"""The summary of an environment's job: its first lines are for whoever is woken by it."""

from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from scripts.adapters.github.step_failure import Failed
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import Group, ObservedState, Refresh
from scripts.reporting.run_summary import Ending, page, state
from tests.scripts.observed_states import BEFORE, BEGAN, OLD, instance, pending, recorded, version

RUNS_A, RUNS_B = version(2, "a", OLD), version(3, "b", OLD)
BROKE = Failed("scripts.x", "the release broke", ["i-1: exit 3", "more"], "Mend it.", 1)
FAILED = Ending("dev", succeeded=False, failed=BROKE, now="in service: a on 2")
HOSTILE = "</details><script>x</script> [a](https://x.test) ![b](https://x.test) @ada `c` #1\n==="


def lines(ending: Ending) -> list[str]:
    return page(ending).splitlines()


def test_a_failure_says_what_failed_then_where_it_stands_then_what_to_do():
    assert [line for line in lines(FAILED) if line][:3] == [
        "❌ **dev**: `the release broke`",
        "**Now:** in service: a on 2",
        "**Next:** Mend it.",
    ]
    assert "i-1: exit 3" in page(FAILED)


def test_a_refusal_has_another_sign_and_names_its_thing_at_once():
    refused = replace(FAILED, failed=replace(BROKE, exit_code=3))
    assert lines(refused)[0] == "✋ **dev**: `the release broke: i-1: exit 3`"


def test_a_failure_that_nobody_noted_says_how_to_go_on():
    unknown = Ending("dev", succeeded=False)
    assert "cancelled, timed out" in lines(unknown)[0]
    assert "could not be seen" in page(unknown)
    assert "Re-run this run" in page(unknown)


def test_the_report_of_the_release_follows_below():
    assert page(replace(FAILED, page="# Report")).endswith("---\n\n# Report\n")


def test_what_was_left_alone_says_why_and_is_no_failure():
    alone = Ending("prod", succeeded=True, alone="held by ada", now="in service: a on 2")
    assert lines(alone)[0] == "⏸ prod was left alone: held by ada"
    assert alone.result == "alone"


def test_a_job_that_failed_is_failed_though_it_had_nothing_to_do():
    assert replace(FAILED, alone="held by ada").result == "failed"


def test_success_is_the_releases_own_page_and_headline():
    done = Ending("dev", succeeded=True, report={"headline": "b runs"}, page="✅ b runs\n")
    assert (done.result, done.headline, page(done)) == ("done", "b runs", "✅ b runs\n")


@pytest.mark.parametrize(
    "ending",
    [
        replace(FAILED, failed=replace(BROKE, what=HOSTILE)),
        replace(FAILED, failed=replace(BROKE, which=[HOSTILE], exit_code=3)),
        replace(FAILED, failed=replace(BROKE, next_step=HOSTILE)),
        replace(FAILED, now=HOSTILE),
        Ending("dev", succeeded=True, alone=HOSTILE),
    ],
    ids=["what", "which", "next step", "now", "alone"],
)
def test_text_of_others_stays_text(ending: Ending):
    tokens = MarkdownIt("commonmark").enable("table").parse(page(ending))
    flat = [inner for token in tokens for inner in (token, *(token.children or []))]
    assert {token.type for token in flat} & {"html_block", "html_inline", "link_open", "image"} == (
        set()
    )
    assert "heading_open" not in {token.type for token in flat}
    text = "".join(token.content for token in flat if token.type == "text")
    assert "@ada" not in text


def test_text_of_others_is_shown_as_it_was_written():
    now = page(replace(FAILED, now="a_b <c> #1 & \\"))
    assert "a_b &lt;c&gt; #1 &amp; \\" in MarkdownIt("commonmark").render(now)


def observed(**changes: Any) -> ObservedState:
    fleet = (instance(RUNS_A.configuration, "a"), instance(RUNS_B.configuration, "b"))
    book = Ledger(release=recorded("a"), inputs="same")
    return replace(ObservedState(ledger=book, group=Group(RUNS_A, 0, 4, 2, fleet)), **changes)


def test_the_state_counts_what_serves_by_release_and_names_the_recorded_one():
    assert state("dev", observed()) == "in service: a on 1, b on 1 (of 2 instances); recorded: a"


def test_an_instance_that_does_not_serve_is_not_counted():
    boots = instance(RUNS_B.configuration, "b", "Pending:Wait")
    text = state("dev", observed(group=Group(RUNS_A, 0, 4, 2, (boots,))))
    assert text.startswith("in service: nothing (of 2 instances)")


def test_an_environment_that_was_never_made_has_no_state():
    assert state("dev", ObservedState()) == "dev does not exist yet"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ledger": Ledger(release=recorded("a"))}, "infrastructure: not applied to its end"),
        ({"ledger": Ledger(pending=pending("release", "b", OLD))}, "pending: release by somebody"),
        ({"refresh": Refresh("r", "Baking", RUNS_B, BEGAN)}, "a roll works: Baking"),
        ({"hold": Hold("manual", "a", "load test", "ada", BEFORE)}, "load test"),
    ],
    ids=["infrastructure", "pending", "roll", "hold"],
)
def test_the_state_names_what_is_not_at_rest(changes: dict[str, Any], said: str):
    assert said in state("dev", observed(**changes))
    assert said not in state("dev", observed())
