"""A table as the service has it, in emulated DynamoDB."""

import random
from typing import Any

import pytest
from moto.dynamodb.models.dynamo_type import DynamoType

from tests.emulator.aws import stand

TABLE = "visits"
CALLER = {"S": "192.0.2.1"}


def client() -> Any:
    return stand.client("dynamodb")


def write(count: int) -> None:
    """Make the table, and write visits of one caller and a few of another, in any order."""
    names = (("address", "HASH"), ("id", "RANGE"))
    client().create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": n, "KeyType": kind} for n, kind in names],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in names],
    )
    numbers = list(range(count))
    random.Random(7).shuffle(numbers)
    for number in numbers:
        item = {"address": CALLER, "id": {"S": f"{number:06}"}, "odd": {"N": str(number % 2)}}
        client().put_item(TableName=TABLE, Item=item)
    for number in range(3):
        other = {"address": {"S": "192.0.2.2"}, "id": {"S": f"{number:06}"}}
        client().put_item(TableName=TABLE, Item=other)


def query(condition: str = "", values: dict[str, str] | None = None, **options: Any) -> Any:
    """Query the caller's visits; answers what DynamoDB says of them, without the HTTP part."""
    answer = client().query(
        TableName=TABLE,
        KeyConditionExpression=f"address = :address{condition and f' AND {condition}'}",
        ExpressionAttributeValues={
            ":address": CALLER,
            **{name: {"S": value} for name, value in (values or {}).items()},
        },
        **options,
    )
    del answer["ResponseMetadata"]
    return answer


def comparisons(monkeypatch: pytest.MonkeyPatch, **options: Any) -> int:
    """How often a query compares two values."""
    count = 0
    original = DynamoType.__lt__

    def counted(self: Any, other: Any) -> bool:
        nonlocal count
        count += 1
        return original(self, other)

    with monkeypatch.context() as patch:
        patch.setattr(DynamoType, "__lt__", counted)
        query(**options)
    return count
