"""Show what the instances of an environment log, oldest first."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scripts.adapters.aws.clients import connect
from scripts.base import clock, command
from scripts.base.console import output, say
from scripts.base.project import Project
from scripts.operations.existing import facts_of

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

POLL_SECONDS = 2.0
MILLISECONDS = 1000


def events(
    logs: "CloudWatchLogsClient", group: str, prefix: str, since_ms: int
) -> Iterator[dict[str, Any]]:
    """Yield the events of a log group from a moment on.

    Args:
        logs: the client.
        group: the log group's name.
        prefix: of the streams' names; empty for all. An instance's is its id.
        since_ms: epoch milliseconds.
    """
    selection: dict[str, Any] = {"logGroupName": group, "startTime": since_ms}
    if prefix:
        selection["logStreamNamePrefix"] = prefix
    for page in logs.get_paginator("filter_log_events").paginate(**selection):
        yield from page["events"]  # type: ignore[misc]


def line(event: dict[str, Any]) -> str:
    """Return an event as one line: time, stream, message."""
    moment = clock.iso(datetime.fromtimestamp(event["timestamp"] / MILLISECONDS, UTC))
    return f"{moment} {event['logStreamName']} {event['message'].rstrip()}"


def main(arguments: list[str]) -> int:
    """Print an environment's logs."""
    parser = command.arguments_parser(__doc__)
    parser.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    parser.add_argument("--instance", default="", help="only this instance's")
    parser.add_argument("--minutes", type=int, default=30, help="how far back (default: 30)")
    options = parser.parse_args(arguments)
    environment, project = options.environment, Project.load()
    clients = connect(project, environment)
    found = facts_of(clients, project, environment)
    since = int((time.time() - options.minutes * 60) * MILLISECONDS)
    seen: set[str] = set()
    while True:
        batch = list(events(clients.logs, found.log_group, options.instance, since))
        for event in sorted(batch, key=lambda event: event["timestamp"]):
            if event["eventId"] not in seen:
                seen.add(event["eventId"])
                output(line(event))
        if not options.follow:
            break
        clock.pause(POLL_SECONDS)
    if not seen:
        say(f"nothing was logged in the last {options.minutes} minutes")
    return 0
