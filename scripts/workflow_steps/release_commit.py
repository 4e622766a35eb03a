"""Bring an environment's release to this commit: a deployment without infrastructure.

From the environment, as the workflow has them: APPLIED (hash of the infrastructure that the step
before applied, empty without one), RETRY (`true` to try what failed before), DESPITE_ALARMS
(`true` to roll whatever the alarms say).

A hold that came in between ends it without a failure: the person who set it knows why.
"""

import os

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import open_state_store
from scripts.adapters.github import job
from scripts.base.command import arguments_parser
from scripts.base.errors import OvertakenError
from scripts.base.git_tree import head_commit
from scripts.base.project import ROOT, Project
from scripts.operations.deployment import Options, deploy
from scripts.operations.infrastructure import note_applied
from scripts.operations.reconcile import DecidedError
from scripts.reporting import report_files

LEAVES_ALONE = ("held", "failed-before")
"""Refusals for which the deployment would not have begun either."""


def main(arguments: list[str]) -> int:
    """Release; output `passed` says why where the environment was left alone."""
    environment = arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    clients = connect(project, environment)
    if applied := os.environ.get("APPLIED"):
        store = open_state_store(clients, project, environment)
        note_applied(store, applied, head_commit(ROOT))
    options = Options(
        infrastructure=False,
        wait=True,
        retry=job.is_set("RETRY"),
        despite_alarms=job.is_set("DESPITE_ALARMS"),
    )
    try:
        with report_files.written("deploy", environment) as record:
            deploy(clients, project, environment, options, record)
    except OvertakenError as error:
        _pass(environment, f"{error.what}: {' '.join(error.which)}")
    except DecidedError as error:
        if error.action.cause not in LEAVES_ALONE:
            raise
        _pass(environment, error.action.reason)
    return 0


def _pass(environment: str, reason: str) -> None:
    job.annotate("warning", f"{environment} was left alone", reason)
    job.set_output("passed", reason)
