"""What an environment ran: recorded, rejected and failed releases, newest first."""

from scripts.adapters.aws.clients import connect
from scripts.adapters.aws.observe import open_state_store
from scripts.base import command
from scripts.base.console import say
from scripts.base.project import Project
from scripts.domain.ledger import Ledger
from scripts.reporting.tables import show

Line = tuple[str, str, str, str, str]


def rows(ledger: Ledger) -> list[Line]:
    """Return time, version, what became of it, commit or cause, and who; newest first."""
    found: list[Line] = []
    if ledger.release:
        release = ledger.release
        found.append((release.at, release.version, "runs", release.commit[:12], release.run))
    for release in ledger.earlier:
        mark = release.rejected
        became = f"rejected by {mark.by} at {mark.at}" if mark else "verified"
        found.append((release.at, release.version, became, release.commit[:12], release.run))
    for failure in ledger.failed:
        found.append((failure.at, failure.version, "failed", failure.cause, failure.run))
    return sorted(found, key=lambda row: row[0], reverse=True)


def main(arguments: list[str]) -> int:
    """Print an environment's history."""
    options = command.arguments_parser(__doc__).parse_args(arguments)
    project = Project.load()
    store = open_state_store(connect(project, options.environment), project, options.environment)
    found = rows(store.read() or Ledger())
    if not found:
        say("nothing was released yet")
        return 0
    show(("when", "release", "what became of it", "commit or cause", "who"), found)
    return 0
