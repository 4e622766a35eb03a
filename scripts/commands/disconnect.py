"""Take down what bootstrap made in an account, once no environment stands there any more.

With an account for each environment, it is run once in each; that of the images comes last. The
bucket goes with every version of every state, ledger and export in it, the registry with its
images. Save exports first. GitHub keeps its settings: they grant nothing without the roles.
"""

import argparse
import sys

from scripts.adapters.aws.clients import connect_to_any
from scripts.base.console import say
from scripts.base.files import replace_text
from scripts.base.project import ROOT, Project
from scripts.domain.connected_project import without_account
from scripts.domain.plan_changes import Change
from scripts.operations.disconnect_account import disconnect
from scripts.reporting.destruction import ask, show


def main(arguments: list[str]) -> int:
    """Disconnect the account of these credentials."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    project = Project.load()
    clients = connect_to_any(project, project.account_ids)

    def agree(planned: list[Change]) -> None:
        show(project.name, clients.account_id, planned)
        say("the bucket with every version and every export, and the images, too", style="bold")
        if not given.yes:
            ask(project.name)

    disconnect(clients, project, agree=agree)
    say(f"nothing of {project.name} is left in the account {clients.account_id}", style="green")
    path = ROOT / "project.json"
    if replace_text(path, without_account(path.read_text(), clients.account_id)):
        say("next: commit project.json, which names the account no more")
    return 0
