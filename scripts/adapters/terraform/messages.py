"""Terraform's machine-readable output (`-json`) as lines for people.

Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import json
from typing import Any

from scripts.base.console import say

SLOW_SECONDS = 20
"""From here on a resource that is still being made is mentioned again."""

PAST = {"create": "created", "update": "changed", "delete": "destroyed", "replace": "replaced"}


class Progress:
    """Shows what Terraform does and keeps its errors."""

    def __init__(self) -> None:
        self._errors: list[str] = []

    def feed(self, line: str) -> None:
        """Take one line of output; lines that are no messages are left to the log."""
        try:
            message = json.loads(line)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        kind = message.get("type")
        if kind == "diagnostic":
            self._diagnose(message["diagnostic"])
        elif text := describe(message):
            say(f"  {text}")

    def errors(self) -> str:
        """Return all errors so far, ready to be shown."""
        return "\n".join(self._errors)

    def _diagnose(self, diagnostic: dict[str, Any]) -> None:
        text = describe_diagnostic(diagnostic)
        if diagnostic["severity"] == "error":
            self._errors.append(text)
        else:
            say(f"  warning: {text}", style="yellow")


def describe(message: dict[str, Any]) -> str:
    """Return a message as one line, empty where it is not worth one."""
    kind = message.get("type")
    if kind == "change_summary":
        return str(message["@message"])
    if kind not in ("apply_progress", "apply_complete", "apply_errored"):
        return ""
    hook = message["hook"]
    address, seconds = hook["resource"]["addr"], hook["elapsed_seconds"]
    if hook["action"] == "read":
        return ""
    if kind == "apply_progress":
        return f"{address}: still at it after {seconds} s" if seconds >= SLOW_SECONDS else ""
    if kind == "apply_errored":
        return f"{address}: failed after {seconds} s"
    return f"{address}: {PAST.get(hook['action'], hook['action'])} in {seconds} s"


def describe_diagnostic(diagnostic: dict[str, Any]) -> str:
    """Return an error or a warning: what, which resource, where in the configuration."""
    lines = [diagnostic["summary"]]
    if address := diagnostic.get("address"):
        lines.append(f"  resource: {address}")
    if place := diagnostic.get("range"):
        lines.append(f"  at: {place['filename']}:{place['start']['line']}")
    lines += [f"  {line}" for line in diagnostic.get("detail", "").splitlines() if line]
    return "\n".join(lines)
