"""Tables say what was measured, how it varied, and which goal was missed."""

from bench.tables import Goal, cell, goals, median, ratio, table


def test_a_table_has_a_rule_and_keeps_empty_cells():
    assert table(("", "s"), [["boot", "1.0"]]).splitlines() == [
        "| | s |",
        "|---|---|",
        "| boot | 1.0 |",
    ]


def test_a_goal_that_is_missed_says_so():
    text = goals([Goal("time", "at most 1.5 times", "1.6 times", held=False)])
    assert text.splitlines()[-1] == "| time | at most 1.5 times | 1.6 times | missed |"
    assert "holds" in goals([Goal("time", "at most 1.5 times", "1.4 times", held=True)])


def test_a_cell_shows_median_and_range():
    assert cell([3, 1, 2], float, ".1f") == "2.0 [1.0-3.0]"
    assert median([3, 1, 2], float) == 2


def test_a_ratio_is_taken_round_by_round():
    """What slows a whole round down changes neither of its ratios."""
    assert ratio([10, 1, 8], [20, 2, 20], float) == 0.5
