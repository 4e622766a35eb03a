"""What a reviewer is shown of an attribute: all that differs, however long what it stands in is."""

import json
from typing import Any

import pytest

from scripts.domain.plan_changes import Attribute
from scripts.domain.plan_values import Hidden
from scripts.reporting.differences import NOTHING, SHOWN_CHARACTERS, Line, lines


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def read(number: int) -> dict[str, Any]:
    arn = f"arn:aws:s3:::a-bucket-with-a-long-name-{number}/*"
    return {"Sid": f"Read{number}", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": arn}


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def said(before: Any, after: Any, name: str = "policy") -> list[Line]:
    return lines(Attribute(name, before, after))


def test_a_statement_that_is_appended_to_a_long_policy_is_shown():
    many = [read(number) for number in range(20)]
    [line] = said(policy(*many), policy(*many, EVERYTHING))
    assert line == Line(
        "policy.Statement[20]", NOTHING, '{"Action": "*", "Effect": "Allow", "Resource": "*"}'
    )
    [gone] = said(policy(*many, EVERYTHING), policy(*many))
    assert (gone.path, gone.after) == ("policy.Statement[20]", NOTHING)


def test_a_statement_with_a_name_is_found_wherever_it_stands():
    changed = {**read(1), "Action": ["s3:GetObject", "s3:DeleteObject"]}
    [line] = said(policy(read(0), read(1)), policy(changed, read(0)))
    assert line == Line("policy.Statement[Read1].Action[1]", NOTHING, '"s3:DeleteObject"')


def test_each_statement_of_a_new_policy_is_a_line():
    found = said(None, policy(read(0), EVERYTHING))
    assert [line.path for line in found] == ["policy.Statement[0]", "policy.Statement[1]"]
    assert '"*"' in found[1].after


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a", "b"], ["a", "c", "b"], [("x[1]", NOTHING, '"c"')]),
        (["a", "b", "c"], ["b", "c"], [("x[0]", '"a"', NOTHING)]),
        (["a", "b"], ["a", "c"], [("x[1]", '"b"', '"c"')]),
        ([], ["0.0.0.0/0"], [("x[0]", NOTHING, '"0.0.0.0/0"')]),
        ([{"p": 1}], [{"p": 1}, {"p": 2}], [("x[1]", NOTHING, '{"p": 2}')]),
        ({"a": 1}, {"a": 1, "b": 2}, [("x.b", NOTHING, "2")]),
        ({"a": None}, {"a": 0}, [("x.a", NOTHING, "0")]),
    ],
)
def test_lists_and_maps_differ_by_their_parts(before, after, expected):
    assert said(before, after, "x") == [Line(*one) for one in expected]


@pytest.mark.parametrize("at", [0, 79, 80, 500, 9_999])
def test_long_texts_are_cut_around_their_difference(at):
    before = "x" * 10_000
    after = before[:at] + "y" + before[at + 1 :]
    [line] = said(before, after, "text")
    assert "y" in line.after
    assert line.before != line.after
    assert len(line.after) <= SHOWN_CHARACTERS


def test_one_that_is_longer_than_the_other_is_shown_where_it_goes_on():
    [line] = said("x" * 5_000, "x" * 5_000 + "tail", "text")
    assert line.after.endswith('tail"')


def test_a_change_from_one_hidden_value_to_another_has_its_line():
    [line] = said(Hidden("sensitive", 1), Hidden("sensitive", 2), "password")
    assert line == Line("password", "(sensitive)", "(sensitive)")
    inside = said({"p": Hidden("sensitive", 1), "q": 1}, {"p": Hidden("sensitive", 2), "q": 1}, "t")
    assert inside == [Line("t.p", "(sensitive)", "(sensitive)")]
    assert said({"p": Hidden("sensitive", 1)}, {"p": Hidden("sensitive", 1)}, "t") == []


def test_a_list_of_thousands_is_counted():
    [line] = said([str(n) for n in range(3_000)], [str(n) for n in range(3_001)], "x")
    assert (line.before, line.after[:10]) == ("3000 items", "3001 items")
