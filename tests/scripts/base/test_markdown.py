"""Text of others stays text, in every place of a page in which it can stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scripts.base.markdown import cell, code, fence, kept, log, plain, prose, table
from tests.scripts.plan_maker import HOSTILE

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
LIVE = {"html_block", "html_inline", "image", "link_open", "heading_open", "s_open", "strong_open"}
TEXTS = st.text(max_size=60) | st.sampled_from(
    [*HOSTILE, "a | @team <b>", "|", "`|`", "\\|", "` ", " `", "``", "@team|`<script>`"]
)
INLINE = {
    "a sentence": "before {} after",
    "a list": "- before {} after",
    "a quote": "> before {} after",
    "emphasis": "before **x** {} after",
}
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]")


def flat(page: str) -> list[tuple[str, str]]:
    return [
        (one.type, one.content)
        for token in MARKDOWN.parse(page)
        for one in (token, *(token.children or []))
        if one.type != "inline"
    ]


def live(page: str) -> set[str]:
    return {kind for kind, _ in flat(page)} & LIVE


@pytest.mark.parametrize("place", INLINE.values(), ids=INLINE)
@given(text=TEXTS)
def test_code_holds_all_of_it(place: str, text: str):
    page = place.format(code(text))
    assert live(page) <= live(place.format("x"))
    assert len([kind for kind, _ in flat(page) if kind == "code_inline"]) == (1 if text else 0)
    words = "".join(content for kind, content in flat(page) if kind == "text")
    assert words.replace("x", "").split() == ["before", "after"]


@given(text=TEXTS, other=TEXTS)
def test_a_cell_ends_where_it_should(text: str, other: str):
    page = "\n".join(table(("a", "b", "c"), [["1", cell(text), "3"], [cell(other), "2", "3"]]))
    found = flat(page)
    assert not live(page)
    assert [kind for kind, _ in found].count("td_open") == 6
    assert [kind for kind, _ in found].count("tr_open") == 3
    words = [content for kind, content in found if kind == "text"]
    assert words == ["a", "b", "c", "1", "3", "2", "3"]


def test_a_bar_in_a_cell_is_shown_as_a_bar():
    [(_, shown)] = [
        one for one in flat("\n".join(table(("a",), [[cell("x | y")]]))) if one[0] == "code_inline"
    ]
    assert shown == "x | y"


@given(text=TEXTS)
def test_prose_is_text_and_mentions_nobody(text: str):
    page = f"before {prose(text)} after"
    assert not live(page)
    assert "code_inline" not in {kind for kind, _ in flat(page)}
    words = "".join(content for kind, content in flat(page) if kind in ("text", "text_special"))
    assert not re.search(r"@\w", words)


@pytest.mark.parametrize("made", [fence, log])
@given(lines=st.lists(TEXTS, min_size=1, max_size=5))
def test_any_lines_stay_in_their_fence(made, lines: list[str]):
    tokens = MARKDOWN.parse("\n".join(["before", "", *made(lines), "", "after"]))
    kinds = [token.type for token in tokens if token.type in ("fence", "inline")]
    assert kinds == ["inline", "fence", "inline"]
    assert not UNPRINTABLE.search(tokens[3].content)


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_is_one_short_line_that_steers_no_terminal(text: str):
    for shown in (plain(text * 40), kept(text * 40)):
        assert len(shown) <= 500
        assert not UNPRINTABLE.search(shown)


def test_a_log_keeps_its_columns():
    assert log(["    def f(:", "          ^\x1b[0m"])[1:-1] == ["    def f(:", "          ^"]
