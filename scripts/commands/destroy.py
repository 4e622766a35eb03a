"""Take an environment down: its data is exported to the bucket, then everything of it is destroyed.

Also where its folder and its entry in project.json are gone already. It shows what would go, and
asks for the environment's name. The images stay: other environments may run them.
"""

import argparse
import sys

from scripts.adapters.aws.clients import connect, connect_to_any
from scripts.base.console import output, say
from scripts.base.project import Project, check_name
from scripts.domain.holds import Hold
from scripts.domain.plan_changes import Change
from scripts.operations.destroy_environment import REASON, destroy
from scripts.reporting.destruction import ask, show


def main(arguments: list[str]) -> int:
    """Destroy an environment."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=__doc__)
    parser.add_argument("environment", metavar="ENV", help="its name, also of one that was removed")
    parser.add_argument("--no-export", action="store_true", help="destroy its data too, unsaved")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    name, project = check_name(given.environment), Project.load()
    listed = name in [one.name for one in project.environments]
    clients = connect(project, name) if listed else connect_to_any(project, project.account_ids)

    def agree(planned: list[Change], hold: Hold | None) -> None:
        show(name, clients.account_id, planned)
        if hold and hold.reason != REASON:
            say(f"{name} is {hold.sentence()}", style="yellow")
        lost, kept = (
            "ITS DATA WOULD BE LOST",
            "its data would be exported first, if it is still there",
        )
        say(lost if given.no_export else kept, style="bold")
        if not given.yes:
            ask(name)

    gone = destroy(clients, project, name, export=not given.no_export, agree=agree)
    say(f"{project.name}-{name} is gone", style="green")
    if gone.exported:
        say(f"its data is in {gone.exported}")
        output(gone.exported)
    if listed:
        say(f"next: remove infra/envs/{name} and its entry in project.json, or deploy it anew")
    return 0
