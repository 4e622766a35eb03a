"""Records as DynamoDB items, and back."""

from typing import TYPE_CHECKING

from app.records import Record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = dict[str, AttributeValueTypeDef]


def item(record: Record) -> "Item":
    """Write a record as an item: partition key `address`, sort key `id`, TTL `expires_at`."""
    return {
        "address": {"S": record.address},
        "id": {"S": record.id},
        "version": {"N": str(record.version)},
        "reversed": {"S": record.reversed},
        "reverse_pointer": {"S": record.reverse_pointer},
        "seen_at": {"S": record.seen_at},
        "expires_at": {"N": str(record.expires_at)},
    }


def record(item: "Item") -> Record:
    """Read the record that an item holds."""
    return Record(
        id=item["id"]["S"],
        address=item["address"]["S"],
        version=int(item["version"]["N"]),
        reversed=item["reversed"]["S"],
        reverse_pointer=item["reverse_pointer"]["S"],
        seen_at=item["seen_at"]["S"],
        expires_at=int(item["expires_at"]["N"]),
    )
