"""Say which AWS account and roles the workflows of this clone act with.

Outputs: `connected`; where it is true also `region` and `image-role`, or for an environment
`plan-role`, `infrastructure-role`, `release-role` and `session-seconds`.
"""

import argparse

from scripts.adapters.github import job
from scripts.base import place
from scripts.base.project import Project

HOUR_SECONDS = 3600
UP = place.command("up", at="emulator")
UNCONNECTED = f"""\
**Not connected to AWS yet: nothing was done, and nothing is wrong.**

`project.json` gives %s no account. Whoever has administrator's credentials of one runs
`{place.command("connect")}`, as docs/adopting.md says. Until then everything works on
your own machine: `{UP}`.
"""


ROLES = ("plan", "infrastructure", "release")


def role(project: Project, account: str, name: str) -> str:
    """Return the ARN of one of the pipeline's roles; bootstrap makes them."""
    return f"arn:aws:iam::{account}:role/{project.name}-{name}"


def main(arguments: list[str]) -> int:
    """Print the job's outputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", metavar="ENV", nargs="?", help="for its own roles as well")
    name = parser.parse_args(arguments).environment
    project = Project.load()
    environment = project.environment(name) if name else None
    account = environment.account_id if environment else project.registry_account_id
    job.set_output("connected", account is not None)
    if account is None:
        what = f"the environment {name}" if name else "this clone"
        job.annotate("notice", "Not connected to AWS", f"project.json gives {what} no account")
        job.summary(UNCONNECTED % what)
        return 0
    job.set_output("region", project.region)
    if environment is None:
        job.set_output("image-role", role(project, account, "image"))
        return 0
    for kind in ROLES:
        job.set_output(f"{kind}-role", role(project, account, f"{name}-{kind}"))
    job.set_output("session-seconds", str(environment.session_hours * HOUR_SECONDS))
    return 0
