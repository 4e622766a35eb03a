"""Guarantees as lines."""

from scripts.domain.findings import Finding
from scripts.reporting.findings_text import issue, lines, page, summary

HELD = Finding("dev takes main alone", "in force", "main")
BROKEN = Finding("main is reviewed", "not in force", "no rule; anybody may push", "connect")
HIDDEN = Finding("Actions run", "cannot be seen", "404 Not Found", "another token")
ABSENT = Finding("prod waits", "not in force", "not on Team", "Enterprise", offered=False)


def test_each_has_its_state_and_what_is_not_in_force_its_fix():
    assert lines("GitHub: o/r", [HELD, BROKEN, HIDDEN, ABSENT]) == [
        "GitHub: o/r",
        "  in force        dev takes main alone: main",
        "  not in force    main is reviewed",
        "                  no rule; anybody may push",
        "                  fix: connect",
        "  cannot be seen  Actions run",
        "                  404 Not Found",
        "                  fix: another token",
        "  not in force    prod waits",
        "                  not on Team",
        "                  not offered; to have it: Enterprise",
    ]


def test_what_the_plan_does_not_offer_is_nobody_s_failure():
    assert [one.fails for one in (HELD, BROKEN, HIDDEN, ABSENT)] == [False, True, True, False]
    found = summary([HELD, BROKEN, HIDDEN, ABSENT])
    assert found == "1 in force, 2 to look after, 1 not to be had here"


SECTIONS = [("GitHub: o/r", [HELD, BROKEN]), ("AWS", [HIDDEN, ABSENT])]


def test_an_issue_holds_what_is_not_in_force_and_could_be():
    assert issue("dev", SECTIONS) == (
        "⚠ **dev**: 1 guarantee is not in force.\n\n"
        "- **main is reviewed**: `no rule; anybody may push`\n"
        "  - fix: `connect`"
    )


def test_a_page_tells_the_rest_as_well():
    text = page("dev", SECTIONS)
    assert text.startswith(issue("dev", SECTIONS))
    assert "In force: 1." in text
    assert "**Actions run**: `404 Not Found`" in text.partition("Not to be seen")[2]
    assert "  - to have it: `Enterprise`" in text.partition("Not to be had")[2]
    assert HELD.guarantee not in text


def test_a_page_without_a_broken_one_is_green():
    text = page("dev", [("GitHub", [HELD, HIDDEN])])
    assert text.startswith("✅ **dev**")
    assert "⚠" not in text


def test_what_others_wrote_stays_text():
    odd = Finding("`dev` <img> @team", "not in force", "`a`\n# b", "`c` @team")
    text = issue("dev", [("x", [odd])])
    assert "- **&#96;dev&#96; &#60;img&#62; &#64;&#8203;team**: `` `a`\\n# b ``" in text
    assert "fix: `` `c` @team ``" in text
