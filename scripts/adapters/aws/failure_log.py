"""Why an instance died: its boot log, or what its console showed."""

import base64
import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from scripts.adapters.aws.clients import Clients
from scripts.base.markdown import kept
from scripts.domain.facts import Facts

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

LINES = 40
TRACE_LINES = 6
"""The end of a traceback: where it happened, the line, the error."""
MOST_CHARACTERS = 300
EVERYDAY = ("debug", "info")


def read_failure_log(clients: Clients, facts: Facts, instance: str) -> list[str]:
    """Return the last lines that an instance left: boot and container log, else its console.

    Evidence is wanted when something has failed already and before the group goes back, so what
    cannot be read is left out. The words are a broken application's: each line is shown as one, so
    that it steers neither a terminal nor, with `::`, a job on GitHub.
    """
    if not instance:
        return []
    boot = _stream(clients.logs, facts.log_group, f"{instance}/boot")
    container = _stream(clients.logs, facts.log_group, instance)
    found = readable(boot, container) or _console(clients, instance)
    return [f"{instance}: {kept(line)}" for line in found]


def readable(boot: list[str], container: list[str]) -> list[str]:
    """Return what a person needs of two logs: how the boot went, then what the release said.

    Args:
        boot: lines of the boot script, with the container's own lines among them.
        container: lines of the container, JSON as gunicorn.conf.py writes it, or plain.
    """
    script = [line for line in boot if not line.startswith("{")]
    said = [line for text in container or boot for line in _sentences(text)]
    return script[-LINES:] + [line for line in dict.fromkeys(said) if line not in script][-LINES:]


def _sentences(text: str) -> list[str]:
    """Lines of a log entry that tell of trouble; none of one that tells of the everyday."""
    try:
        entry = json.loads(text)
    except ValueError:
        return [text[:MOST_CHARACTERS]]
    if not isinstance(entry, dict) or "message" not in entry:
        return []
    if entry.get("level") in EVERYDAY:
        return []
    trace = str(entry.get("exception", "")).splitlines()
    return [str(entry["message"]), *trace[-TRACE_LINES:]]


def _stream(logs: "CloudWatchLogsClient", group: str, stream: str) -> list[str]:
    try:
        answer = logs.get_log_events(
            logGroupName=group, logStreamName=stream, limit=LINES, startFromHead=False
        )
    except (BotoCoreError, ClientError):
        return []
    return [event["message"].rstrip() for event in answer["events"]]


def _console(clients: Clients, instance: str) -> list[str]:
    """Return the console's last lines.

    The latest ones have to be asked for: else AWS answers what it kept shortly after the start. It
    has them of instances on the Nitro system only (EC2 API reference, GetConsoleOutput).
    """
    read = clients.ec2.get_console_output
    try:
        try:
            output = read(InstanceId=instance, Latest=True).get("Output", "")
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] != "UnsupportedOperation":
                raise
            output = read(InstanceId=instance).get("Output", "")
    except (BotoCoreError, ClientError):
        return []
    try:
        # botocore decodes it for EC2; an emulator may send it as it is.
        text = base64.b64decode(output, validate=True).decode(errors="replace")
    except ValueError:
        text = output
    return text.splitlines()[-LINES:]
