"""A table's items in a bucket: DynamoDB's own export, which takes no read capacity.

Source: DynamoDB Developer Guide, "DynamoDB data export to Amazon S3": it needs point-in-time
recovery, is billed by the table's size and takes minutes.
"""

from scripts.adapters.aws.clients import Clients
from scripts.base import clock
from scripts.base.console import step
from scripts.base.errors import SlipwayError

SECONDS = 3600
POLL_SECONDS = 5.0


def export(clients: Clients, table: str, bucket: str, prefix: str) -> int | None:
    """Export a table and wait for it; return how many items it held, None where there is no table.

    Args:
        clients: AWS.
        table: its name.
        bucket: where to.
        prefix: of the keys there.

    Raises:
        SlipwayError: the export failed, or did not end in time.
    """
    dynamodb = clients.dynamodb
    try:
        arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return None
    with step(f"exporting the table {table} to s3://{bucket}/{prefix}"):
        begun = dynamodb.export_table_to_point_in_time(
            TableArn=arn, S3Bucket=bucket, S3Prefix=prefix, ExportFormat="DYNAMODB_JSON"
        )["ExportDescription"]
        end = clock.seconds() + SECONDS
        while True:
            found = dynamodb.describe_export(ExportArn=begun["ExportArn"])["ExportDescription"]
            if found["ExportStatus"] == "COMPLETED":
                return int(found.get("ItemCount", 0))
            if found["ExportStatus"] == "FAILED" or clock.seconds() > end:
                raise SlipwayError(
                    f"the table {table} could not be exported",
                    which=f"{found['ExportStatus']}: {found.get('FailureMessage', 'no reason')}",
                    next_step="Nothing was removed. Run this again, or leave the data: --no-export",
                )
            clock.pause(POLL_SECONDS)
