"""Why an instance died: its boot log, or what its console showed."""

import base64
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from scripts.aws import Clients
from scripts.facts import Facts

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

LINES = 40


def last_words(clients: Clients, facts: Facts, instance: str) -> list[str]:
    """Return the last lines that an instance left: boot log, container log, else its console.

    Evidence is wanted when something has failed already, so what cannot be read is left out.
    """
    if not instance:
        return []
    boot = _stream(clients.logs, facts.log_group, f"{instance}/boot")
    own = _stream(clients.logs, facts.log_group, instance)
    found = [f"{instance} boot: {line}" for line in boot]
    found += [f"{instance}: {line}" for line in own]
    return found or [f"{instance} console: {line}" for line in _console(clients, instance)]


def _stream(logs: "CloudWatchLogsClient", group: str, stream: str) -> list[str]:
    try:
        answer = logs.get_log_events(
            logGroupName=group, logStreamName=stream, limit=LINES, startFromHead=False
        )
    except ClientError:
        return []
    return [event["message"].rstrip() for event in answer["events"]]


def _console(clients: Clients, instance: str) -> list[str]:
    try:
        output = clients.ec2.get_console_output(InstanceId=instance).get("Output", "")
    except ClientError:
        return []
    try:
        # botocore decodes it for EC2; an emulator may send it as it is.
        text = base64.b64decode(output, validate=True).decode(errors="replace")
    except ValueError:
        text = output
    return text.splitlines()[-LINES:]
