"""Roll an environment back: `scripts.roll_back`, with what the workflow was asked for.

From the environment: RELEASE (empty: the verified one before the current), REASON, HOLD (`true` to
hold it afterwards), REJECTED_TOO (`true` to accept a rejected release). Output: `deployment`.
"""

import os

from scripts import command, roll_back
from scripts.github import job
from scripts.github.event import current_run
from scripts.pipeline.begin import is_set
from scripts.pipeline.deployments import open_deployment


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


if __name__ == "__main__":
    command.run(main)
