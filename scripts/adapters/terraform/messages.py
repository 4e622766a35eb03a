"""Terraform's machine-readable output (`-json`) as lines for people.

Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import json
import os
from collections import Counter
from typing import Any

from scripts.base.console import say

SLOW_SECONDS = 20
"""From here on a resource that is still being made is mentioned again."""

PAST = {"create": "created", "update": "changed", "delete": "destroyed", "replace": "replaced"}


class Progress:
    """Shows what Terraform does, counts what it did, and keeps its errors.

    Args:
        folder: the root's folder, from the top of the repository: Terraform names files from there.
    """

    def __init__(self, folder: str = "") -> None:
        self._folder = folder
        self._errors: list[str] = []
        self._summary = ""
        self._done: Counter[str] = Counter()

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
        elif kind == "change_summary":
            self._summary = str(message["@message"])
        elif text := describe(message):
            say(f"  {text}")
        if kind == "apply_complete" and message["hook"]["action"] in PAST:
            self._done[PAST[message["hook"]["action"]]] += 1

    def summarise(self) -> None:
        """Say Terraform's summary; a plan that failed has one too, of nothing."""
        if self._summary:
            say(f"  {self._summary}")

    def done(self) -> str:
        """Return how many resources were created, changed and destroyed so far, in words."""
        return ", ".join(f"{number} {verb}" for verb, number in self._done.items())

    def errors(self) -> str:
        """Return all errors so far, ready to be shown."""
        return "\n".join(self._errors)

    def _diagnose(self, diagnostic: dict[str, Any]) -> None:
        text = describe_diagnostic(diagnostic, self._folder)
        if diagnostic["severity"] == "error":
            self._errors.append(text)
        else:
            say(f"  warning: {text}", style="yellow")


def describe(message: dict[str, Any]) -> str:
    """Return a message as one line, empty where it is not worth one."""
    kind = message.get("type")
    if kind not in ("apply_progress", "apply_complete", "apply_errored"):
        return ""
    hook = message["hook"]
    address, seconds = hook["resource"]["addr"], hook["elapsed_seconds"]
    if hook["action"] == "read":
        return ""
    if kind == "apply_progress":
        return f"{address}: still working after {seconds} s" if seconds >= SLOW_SECONDS else ""
    if kind == "apply_errored":
        return f"{address}: failed after {seconds} s"
    return f"{address}: {PAST.get(hook['action'], hook['action'])} in {seconds} s"


def describe_diagnostic(diagnostic: dict[str, Any], folder: str = "") -> str:
    """Return an error or a warning: what, which resource, where in the repository.

    Args:
        diagnostic: as Terraform prints it.
        folder: the root's folder, from the top of the repository.
    """
    lines = [diagnostic["summary"]]
    if address := diagnostic.get("address"):
        lines.append(f"  resource: {address}")
    if place := diagnostic.get("range"):
        file = os.path.normpath(os.path.join(folder, place["filename"]))  # noqa: PTH118
        lines.append(f"  at: {file}:{place['start']['line']}")
    lines += [f"  {line}" for line in diagnostic.get("detail", "").splitlines() if line]
    return "\n".join(lines)
