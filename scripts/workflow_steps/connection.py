"""Say which AWS account and roles the workflows of this clone act with.

Outputs: `connected`; where it is true also `region`, `plan-role`, `image-role`, and for an
environment `infrastructure-role`, `release-role` and `session-seconds`.
"""

import argparse
import math
import re

from scripts.adapters.github import job
from scripts.base.errors import UsageError
from scripts.base.project import ROOT, Project, check_environment

SESSIONS = "infra/bootstrap/environments.tf"
UNCONNECTED = """\
**Not connected to AWS yet: nothing was done, and nothing is wrong.**

`project.json` has no `account_id`. To connect this repository: write the account's 12 digits and
`owner/name` of the repository there, then with administrator credentials of that account run
`.venv/bin/python -m scripts bootstrap`, and commit `project.json`. Until then everything
works on your own machine: `make up`.
"""


def role(project: Project, name: str) -> str:
    """Return the ARN of one of the pipeline's roles; bootstrap makes them."""
    return f"arn:aws:iam::{project.account_id}:role/{project.name}-{name}"


def session_seconds(environment: str) -> int:
    """Return how long the environment's roles may be held, as bootstrap grants it.

    Raises:
        UsageError: bootstrap says nothing about this environment.
    """
    text = (ROOT / SESSIONS).read_text()
    pattern = (
        rf"^    {environment} = \{{\n(?:      .*\n)*?      session_seconds +=(?P<product>[ \d*]+)$"
    )
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise UsageError(
            f"bootstrap grants no session to {environment}",
            which=SESSIONS,
            next_step="Give the environment an entry with session_seconds there.",
        )
    return math.prod(int(factor) for factor in found["product"].split("*"))


def main(arguments: list[str]) -> int:
    """Print the job's outputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", metavar="ENV", nargs="?", help="for its own roles as well")
    environment = parser.parse_args(arguments).environment
    project = Project.load()
    job.set_output("connected", project.account_id is not None)
    if project.account_id is None:
        job.annotate(
            "notice", "Not connected to AWS", "project.json has no account_id: all skipped"
        )
        job.summary(UNCONNECTED)
        return 0
    job.set_output("region", project.region)
    for name in ("plan", "image"):
        job.set_output(f"{name}-role", role(project, name))
    if environment:
        check_environment(environment)
        for name in ("infrastructure", "release"):
            job.set_output(f"{name}-role", role(project, f"{environment}-{name}"))
        job.set_output("session-seconds", str(session_seconds(environment)))
    return 0
