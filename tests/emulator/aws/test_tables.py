"""Queries of a table: what moto answers, without moto's sorting of all that there is."""

from typing import Any

import pytest
from moto.dynamodb.models.table import Table

from emulator.aws.services import dynamodb
from tests.emulator.aws import visits
from tests.emulator.aws.stand import Stand

CONDITIONS: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    ("id < :a", {":a": "000020"}),
    ("id <= :a", {":a": "000020"}),
    ("id > :a", {":a": "000020"}),
    ("id >= :a", {":a": "000020"}),
    ("id = :a", {":a": "000020"}),
    ("id BETWEEN :a AND :b", {":a": "000010", ":b": "000020"}),
    ("begins_with(id, :a)", {":a": "00001"}),
    ("id < :a", {":a": "0"}),
]


@pytest.fixture
def written(stand: Stand) -> Stand:
    visits.write(30)
    return stand


def pages(*condition: Any, **options: Any) -> list[Any]:
    """The items of each page of a query, but of an empty last one: DynamoDB may add that."""
    answer = visits.query(*condition, **options)
    found = [answer["Items"]]
    while key := answer.get("LastEvaluatedKey"):
        answer = visits.query(*condition, ExclusiveStartKey=key, **options)
        found.append(answer["Items"])
    return found if found[-1] else found[:-1]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.usefixtures("written")
def test_every_page_is_the_one_that_moto_answers(monkeypatch: pytest.MonkeyPatch, condition: Any):
    for limit in ({}, {"Limit": 1}, {"Limit": 4}, {"Limit": 100}):
        for forward in (True, False):
            asked = {**limit, "ScanIndexForward": forward}
            answered = pages(*condition, **asked)
            with monkeypatch.context() as plain:
                plain.setattr(Table, "query", dynamodb._moto_query)
                assert answered == pages(*condition, **asked)


@pytest.mark.usefixtures("written")
def test_a_filter_leaves_items_out_of_pages_that_are_as_long_as_before():
    values = {":address": visits.CALLER, ":odd": {"N": "1"}}
    answer = visits.client().query(
        TableName=visits.TABLE,
        KeyConditionExpression="address = :address",
        FilterExpression="odd = :odd",
        ExpressionAttributeValues=values,
        Limit=10,
    )
    assert (answer["Count"], answer["ScannedCount"]) == (5, 10)
    assert answer["LastEvaluatedKey"]["id"] == {"S": "000009"}


@pytest.mark.usefixtures("written")
def test_a_caller_without_visits_has_none():
    answer = visits.client().query(
        TableName=visits.TABLE,
        KeyConditionExpression="address = :address",
        ExpressionAttributeValues={":address": {"S": "203.0.113.9"}},
    )
    assert answer["Items"] == []


@pytest.mark.usefixtures("stand")
def test_a_query_compares_no_more_items_than_it_answers(monkeypatch: pytest.MonkeyPatch):
    visits.write(200)
    assert visits.comparisons(monkeypatch, Limit=2, ScanIndexForward=False) < 10
