"""Apply an environment's infrastructure, with the role that may do that and nothing of releases.

`begin_deployment.py` has written ahead what comes, and `release_commit.py` notes that it is done:
the ledger is the release role's. Only a plan that was reviewed is applied, or the one with the
fingerprint that the workflow has in ACCEPT. Output: `inputs`, the hash that was applied.
"""

import os

from scripts.adapters.aws.clients import connect
from scripts.adapters.github import job
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base import command
from scripts.base.project import ROOT, Project
from scripts.domain.plan_review import check_fingerprint
from scripts.operations.find_receipts import judge_by_github
from scripts.operations.infrastructure import apply_terraform


def main(arguments: list[str]) -> int:
    """Apply."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    inputs = inputs_hash(ROOT / "infra" / "envs" / environment)
    accept = check_fingerprint(os.environ.get("ACCEPT", ""))
    judge = judge_by_github(environment, inputs, accept)
    apply_terraform(connect(project, environment), project, environment, judge=judge)
    job.set_output("inputs", inputs)
    return 0
