"""Guarantees as lines."""

from scripts.domain.findings import Finding
from scripts.reporting.findings_text import lines, summary

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
    assert found == "1 in force, 2 to look after, 1 not offered by the plan"
