"""The report: what hostile text can do to it, and what its picture shows."""

import json
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from scripts.base.errors import RefusedError, SlipwayError
from scripts.base.markdown import cell, code, log, plain
from scripts.domain.observed_state import Configuration, Group, Instance, TemplateVersion
from scripts.domain.timeline import Life, Span, Timeline
from scripts.reporting.gantt import gantt
from scripts.reporting.report_document import document
from scripts.reporting.report_markdown import markdown
from scripts.reporting.run_record import RunRecord

HOSTILE = [
    "```",
    "``````text",
    "</details><script>alert(1)</script>",
    "@octocat look at #1",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07done",
    "%%{init: {}}%%",
    "section x :crit, 2026, 1d",
    "a | b ` c `` d | e",
    "![x](http://evil) <img src=x>",
    "line\r\nanother\u2028third\u202eesrever",
    "`",
    "x" * 5000,
]
NEW, OLD = Configuration("s", "sha256:new"), Configuration("s", "sha256:old")
ONE = Instance("i-1", "a", "InService", "Healthy", "healthy", "new", NEW)


def run_record(**changes) -> RunRecord:
    told = RunRecord("deploy", "dev", "me", "2026-01-01T00:00:00Z", release="b")
    told.ended = "2026-01-01T00:05:00Z"
    for name, value in changes.items():
        setattr(told, name, value)
    return told


def page(told: RunRecord) -> str:
    return markdown(told, document(told))


def tokens(text: str):
    return MarkdownIt("gfm-like", {"linkify": False}).parse(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_inside_its_code(text):
    told = run_record(
        code=1,
        log=[text, "the end"],
        error=SlipwayError(f"failed: {text}", which=[f"for {text}"], next_step=text),
        run=text,
    )
    told.act("roll", text)
    told.timeline.lives["i"] = Life(text, text, text, True, [Span("boot", told.began)], cause=text)
    found = tokens(page(told))
    inline = [child for token in found for child in token.children or []]
    assert {token.type for token in [*found, *inline]} & {"html_block", "html_inline", "image"} == (
        set()
    )
    assert not [child for child in inline if child.type == "link_open"]
    fences = [token for token in found if token.type == "fence"]
    assert [fence.info for fence in fences] == ["text", "text", "mermaid"]
    assert "the end" in fences[1].content
    outside = "".join(child.content for child in inline if child.type == "text")
    assert "octocat" not in outside
    assert "\x1b" not in page(told)
    assert "\u202e" not in page(told)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_picture_holds_nothing_but_its_own_words(text):
    life = Life(text, text, text, True, [Span("boot", "2026-01-01T00:00:00Z")])
    section, bar = gantt([life], "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z")[-2:]
    assert re.fullmatch(r"    section [A-Za-z0-9 _-]+", section)
    assert bar == "    boot :2026-01-01 00:00:00, 2026-01-01 00:01:00"


def test_a_log_keeps_the_columns_that_a_traceback_is_read_by():
    told = run_record(code=1, log=["    def f(:", "          ^\x1b[0m  "])
    assert document(told)["log"] == ["    def f(:", "          ^"]
    assert "\n    def f(:\n          ^\n" in page(told)


def test_an_act_is_told_without_control_sequences():
    told = run_record()
    told.act("going back", "i-1 \x1b[31mbroke\x1b[0m")
    assert document(told)["acts"][0]["reason"] == "i-1 broke"


def test_a_code_span_survives_a_table():
    assert code("a|b") == "`a|b`"
    assert cell("a|b") == "`a\\|b`"
    assert code("") == ""
    assert plain("a\n\x1b[1mb") == "a b"
    assert log(["````"])[0] == "`````text"
    assert log(["\x1b[31mred\x1b[0m\u202e"]) == ["```text", "red", "```"]


def test_the_first_line_says_what_failed_and_where_it_stands():
    failed = SlipwayError("release b failed on x: it broke; a runs on every instance")
    assert (
        "it broke; a runs on every instance"
        in page(run_record(code=1, error=failed)).splitlines()[0]
    )
    refused = RefusedError("x: nothing is done", which="held by me")
    assert "held by me" in page(run_record(code=3, error=refused)).splitlines()[0]
    assert "nothing was to be done" in page(run_record()).splitlines()[0]
    rolled = run_record()
    rolled.act("roll", "the fleet does not run it yet")
    assert "dev runs b on every instance" in page(rolled).splitlines()[0]


def test_going_back_that_failed_says_what_to_do():
    told = page(run_record(code=4, error=SlipwayError("both failed"), going_back_failed=True))
    assert "`make roll-back ENV=dev`" in told
    assert "make roll-back" not in page(run_record())


def test_the_document_is_json_with_a_schema():
    found = document(run_record())
    assert json.loads(json.dumps(found)) == found
    assert (found["schema"], found["result"], found["nothing_to_do"]) == (1, "done", True)


def group(*instances: Instance) -> Group:
    return Group(TemplateVersion(1, OLD, "old"), 0, 9, 2, instances)


def test_each_phase_of_a_new_instance_is_seen():
    timeline = Timeline()
    old = replace(ONE, id="i-0", configuration=OLD, release="old")
    looks = [
        (old,),
        (old, replace(ONE, state="Pending", target_health="")),
        (old, replace(ONE, state="Pending:Wait", target_health="")),
        (old, replace(ONE, target_health="initial")),
        (replace(old, state="Terminating:Wait"), ONE),
        (ONE,),
    ]
    for second, instances in enumerate(looks):
        timeline.see(f"2026-01-01T00:00:0{second}Z", group(*instances), NEW)
    phases = [(span.phase, span.begin[-2]) for span in timeline.lives["i-1"].spans]
    assert phases == [("launch", "1"), ("boot", "2"), ("warm-up", "3"), ("service", "4")]
    assert [span.phase for span in timeline.lives["i-0"].spans] == ["service", "drain"]
    assert timeline.lives["i-0"].gone
    assert not timeline.lives["i-1"].gone
