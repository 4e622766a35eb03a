"""Say whether Amazon offers a newer machine image (AMI) than main.tf names, and the line to change.

Changes nothing. Ends with 1 where an environment names an older one.
"""

import argparse
import sys

from scripts.adapters.aws.clients import connect_to_any
from scripts.base import clock
from scripts.base.console import output
from scripts.base.errors import SlipwayError
from scripts.base.project import Project, check_environment
from scripts.operations.find_newest_ami import find_newest_amis
from scripts.reporting.newest_ami_text import lines


def main(arguments: list[str]) -> int:
    """Print the change of each environment."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=__doc__)
    parser.add_argument(
        "environment", metavar="ENV", nargs="?", type=check_environment, help="one; otherwise all"
    )
    name = parser.parse_args(arguments).environment
    project = Project.load()
    names = [name] if name else [one.name for one in project.environments]
    found = find_newest_amis(connect_to_any(project, project.account_ids), names)
    for environment, one in found.items():
        for line in lines(environment, one, clock.now()):
            output(line)
    return 0 if all(one.current for one in found.values()) else SlipwayError.exit_code
