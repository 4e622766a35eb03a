"""Show what Terraform would change in an environment, or in `bootstrap`; change nothing."""

import argparse

from scripts.adapters.aws.clients import connect, connect_to_any
from scripts.base import place
from scripts.base.console import output, say, step
from scripts.base.errors import UsageError
from scripts.base.project import Project, check_environment
from scripts.operations.bootstrap_account import arguments_of
from scripts.operations.terraform_roots import BOOTSTRAP, ready
from scripts.reporting.plan_text import readable


def main(arguments: list[str]) -> int:
    """Print a plan."""
    parser = argparse.ArgumentParser(prog=f"{place.PROGRAM} plan", description=__doc__)
    parser.add_argument("root", metavar="ENV", help="an environment, or bootstrap")
    parser.add_argument(
        "--detailed-exitcode",
        action="store_true",
        help="end with 2 where there are changes, as Terraform does",
    )
    options = parser.parse_args(arguments)
    name = options.root if options.root == BOOTSTRAP else check_environment(options.root)
    project = Project.load()
    clients = (
        connect_to_any(project, project.account_ids)
        if name == BOOTSTRAP
        else connect(project, name)
    )
    with ready(project, clients, name) as terraform:
        # Looking takes no lock: it neither waits for an apply nor makes one wait.
        with step(f"planning {name}"):
            told = arguments_of(clients, project) if name == BOOTSTRAP else []
            changes = terraform.plan("-lock=false", *told)
        output(readable(terraform.show()))
    if changes and name != BOOTSTRAP:
        say(f"next: {place.command('deploy', name)}")
    return UsageError.exit_code if changes and options.detailed_exitcode else 0
