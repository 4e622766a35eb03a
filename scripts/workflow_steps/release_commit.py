"""Bring an environment's release to this commit: `deploy` without infrastructure.

From the environment, as the workflow has them: APPLIED (hash of the infrastructure that the step
before applied, empty without one), RETRY (`true` to try what failed before).

A hold that came in between ends it without a failure: whoever held the environment knows why.
"""

import os

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.adapters.github import job
from scripts.base import command, release_version
from scripts.base.errors import OvertakenError, RefusedError
from scripts.base.git_tree import head_commit
from scripts.base.project import ROOT, Project
from scripts.commands import deploy
from scripts.domain.assessment import DesiredState
from scripts.domain.verdict import Asked, judge
from scripts.operations.infrastructure import note_applied
from scripts.workflow_steps.begin_deployment import is_set


def main(arguments: list[str]) -> int:
    """Release; output `passed` says why where it was left alone."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    if applied := os.environ.get("APPLIED"):
        project = Project.load()
        store = open_state_store(connect(project), project, environment)
        note_applied(store, applied, head_commit(ROOT))
    words = [environment, "--release-only", "--wait"]
    try:
        deploy.main(words if is_set("RETRY") else [*words, "--skip-failed"])
    except OvertakenError as error:
        _pass(environment, f"{error.what}: {' '.join(error.which)}")
    except RefusedError as error:
        if _is_left_alone(environment):
            _pass(environment, " ".join(error.which))
        else:
            raise
    return 0


def _is_left_alone(environment: str) -> bool:
    """Whether what refuses it now is one of the reasons for which it would not have begun."""
    project = Project.load()
    clients = connect(project)
    observed = observe(
        clients, project, environment, open_state_store(clients, project, environment)
    )
    wanted = DesiredState("deploy", release_version.version(), None, retry=is_set("RETRY"))
    return judge(observed, Asked(wanted)).kind in ("held", "failed-before")


def _pass(environment: str, reason: str) -> None:
    job.annotate("warning", f"{environment} was left alone", reason)
    job.set_output("passed", reason)
