"""Roll an environment back: `roll-back`, with what the workflow was asked for.

From the environment: RELEASE (empty: the verified one before the current), REASON, HOLD (`true` to
hold it afterwards), REJECTED_TOO (`true` to accept a rejected release). Output: `deployment`.
"""

import os

from scripts.adapters.github import job
from scripts.adapters.github.deployments import open_deployment
from scripts.adapters.github.event import current_run
from scripts.base import command
from scripts.commands import roll_back
from scripts.workflow_steps.begin_deployment import is_set


def main(arguments: list[str]) -> int:
    """Roll back."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    release, reason = os.environ.get("RELEASE", "").strip(), os.environ.get("REASON", "").strip()
    run = current_run()
    asked = release or "the release before"
    said = f"{run.actor}: {reason}" if run and reason else reason
    payload = {"kind": "roll-back", "release": release or None, "reason": reason}
    job.set_output(
        "deployment", open_deployment(environment, payload, f"back to {asked}: {reason}")
    )
    words = [environment, "--reason", said]
    words += ["--to", release] if release else []
    words += [] if is_set("HOLD") else ["--no-hold"]
    words += ["--rejected-too"] if is_set("REJECTED_TOO") else []
    return roll_back.main(words)
