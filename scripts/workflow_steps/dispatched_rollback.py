"""Roll an environment back, as the workflow was asked to.

From the environment: RELEASE (empty: the verified one before the current), REASON, HOLD (`true` to
hold it afterwards), REJECTED_TOO (`true` to accept a rejected release). Output: `deployment`.
"""

import os

from scripts.adapters.aws.clients import connect
from scripts.adapters.github import job
from scripts.adapters.github.deployments import open_deployment
from scripts.adapters.github.event import current_run
from scripts.base.command import arguments_parser
from scripts.base.project import Project
from scripts.operations.rollback import Options, roll_back
from scripts.reporting import report_files


def main(arguments: list[str]) -> int:
    """Roll back."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    release, reason = os.environ.get("RELEASE", "").strip(), os.environ.get("REASON", "").strip()
    run = current_run()
    payload = {"kind": "rollback", "release": release or None, "reason": reason}
    title = f"back to {release or 'the release before'}: {reason}"
    job.set_output("deployment", open_deployment(environment, payload, title))
    options = Options(
        to=release or None,
        reason=f"{run.actor}: {reason}" if run and reason else reason,
        hold=job.is_set("HOLD"),
        rejected_too=job.is_set("REJECTED_TOO"),
    )
    project = Project.load()
    with report_files.written("roll_back", environment) as record:
        roll_back(connect(project, environment), project, environment, options, record)
    return 0
