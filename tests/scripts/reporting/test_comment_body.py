"""The comment: readable, within its budget, and made of nothing but what we wrote and code."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from scripts.domain.plan_changes import changes
from scripts.reporting import comment_body, plan_summary
from scripts.reporting.plan_summary import Outlook, Summary
from tests.scripts.plan_maker import HOSTILE, big, hostile, plan, real, resource, update

MARKDOWN = MarkdownIt("commonmark").enable("table")
LOOK = Outlook("b" * 12, "a" * 12, False, False, "", True)


def made(plan, name="dev", look=LOOK) -> Summary:
    return Summary(name, True, "f" * 16, look, plan_summary.show(changes(plan)))


def text_of(
    *summaries, missing=(), most=comment_body.COMMENT_BYTES, before=(), unconnected=()
) -> str:
    url = "https://example.com/r"
    return comment_body.page(
        list(summaries), list(missing), "c" * 40, url, most, before, unconnected
    )


def outside_of_code(markdown: str) -> str:
    """All that GitHub looks at for mentions, links and HTML."""
    found = []
    for token in MARKDOWN.parse(markdown):
        parts = token.children or [token]
        found += [part.content for part in parts if part.type not in ("code_inline", "fence")]
        found += [str(part.attrs) for part in parts if part.attrs]
    return "\n".join(found)


def test_it_says_what_merging_does():
    quiet = Outlook("b" * 12, "b" * 12, True, False, "", False)
    said = text_of(made(real("change")), Summary("prod", False, "", quiet))
    assert said.startswith(comment_body.MARKER)
    assert "changes the infrastructure (1 to add, 3 to change)" in said
    assert "; builds image `bbbbbbbbbbbb` and rolls to it." in said
    assert "- **prod**: merging changes nothing." in said
    assert "-     retention_in_days: 14\n+     retention_in_days: 30" in said


def test_what_ends_comes_first_and_stops_the_merge():
    said = text_of(made(real("replace")))
    assert (
        said.index("**replace** (data)")
        < said.index("**update** (roles)")
        < said.index("<details>")
    )
    assert "**stops first**" in said
    assert "forced by `hash_key`" in said


def test_data_that_ends_stands_before_what_can_be_made_again():
    ends = plan(
        *(resource(f"aws_route.r{n}", ["delete"], {"a": 1}) for n in range(comment_body.RISKS + 1)),
        resource("aws_iam_role.z", ["delete"], {"a": 1}),
        resource("aws_dynamodb_table.z", ["delete"], {"a": 1}),
        update("aws_dynamodb_table.a", {"a": 1}, {"a": 2}),
    )
    found = re.findall(r"^- dev: \*\*(\w+)\*\* \((\w+)\)", text_of(made(ends)), re.MULTILINE)
    assert found[:3] == [("delete", "data"), ("delete", "roles"), ("delete", "network")]
    assert len(found) == comment_body.RISKS


def test_other_environments_follow_after_the_first_and_an_approval():
    said = text_of(made(real("change")), made(real("change"), "prod"))
    assert "- **dev**: merging changes" in said
    assert "- **prod**: after dev and an approval, merging changes" in said
    assert said.count("builds image") == 1


def test_an_image_that_exists_is_not_built():
    assert "builds image" not in text_of(made(real("change"), look=replace(LOOK, built=True)))


def test_an_environment_that_dropped_out_is_marked():
    first = text_of(made(real("change")), made(real("change"), "prod"))
    assert comment_body.changed_by(first) == ["dev", "prod"]
    quiet = Outlook("b" * 12, "b" * 12, True, False, "", False)
    second = text_of(
        made(real("change")),
        Summary("prod", False, "", quiet),
        before=comment_body.changed_by(first),
    )
    assert f"- **prod**: merging changes nothing: {comment_body.DROPPED}" in second
    assert f"- **prod**: {comment_body.DROPPED}" in text_of(
        made(real("change")), before=["dev", "prod"]
    )
    third = text_of(Summary("prod", False, "", quiet), before=comment_body.changed_by(second))
    assert "- **prod**: merging changes nothing." in third


def test_an_environment_without_an_account_is_said():
    said = text_of(made(real("change")), unconnected=["staging"], before=["staging"])
    [sentence] = [line for line in said.splitlines() if line.startswith("- **staging**")]
    assert "not connected yet" in sentence
    assert "python -m scripts connect" in sentence
    assert "| **staging** | not connected |" in said


def test_a_plan_that_failed_is_said():
    assert "- **prod**: the plan failed" in text_of(made(real("change")), missing=["prod"])


def test_a_hold_is_said():
    held = Outlook("b" * 12, "a" * 12, False, False, "held by @team", True)
    assert "merging changes nothing: `held by @team`" in text_of(made(real("change"), look=held))


@pytest.mark.parametrize("most", [8_000, comment_body.COMMENT_BYTES, comment_body.SUMMARY_BYTES])
@pytest.mark.parametrize("plan", [big(), hostile()], ids=["big", "hostile"])
def test_it_stays_within_its_budget(plan, most):
    said = text_of(made(plan), made(plan, "prod"), most=most)
    assert len(said.encode()) <= most
    assert said.count("\n<details>\n") == said.count("\n</details>\n")
    assert "more: in the [summary of the run]" in said or plan != big()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_releases_stay_in_their_cells(text):
    look = Outlook(text, text[::-1], False, False, "", True)
    said = text_of(made(real("change"), look=look))
    tokens = MARKDOWN.parse(said)
    cells = [token for token in tokens if token.type in ("th_open", "td_open")]
    assert len(cells) == 6, "three columns, one row"
    outside = outside_of_code(said)
    for word in ("@team", "script", "alert", "example.com/x", "big", "bold", "heading"):
        assert word not in outside, word


def test_hostile_names_are_text_and_nothing_else():
    said = outside_of_code(text_of(made(hostile()), most=comment_body.SUMMARY_BYTES))
    for word in ("@team", "script", "alert", "example.com/x", "big", "bold", "heading", "autolink"):
        assert word not in said, word
    assert said.count("pipeline:plan") == 1
