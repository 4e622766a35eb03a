"""Go back to an earlier verified release: no build, no Terraform. Holds the environment.

How it ended is also written as a page and as JSON: `scripts/reporting/report_files.py`.
"""

import argparse
from dataclasses import replace

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import Clients, connect
from scripts.adapters.aws.observe import observe
from scripts.base import clock, command
from scripts.base.console import output, say
from scripts.base.errors import RefusedError
from scripts.base.project import Project
from scripts.domain.assessment import DesiredState
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger, Rejection, Release
from scripts.domain.observed_state import ObservedState
from scripts.operations.reconcile import reconcile
from scripts.operations.session import Turn
from scripts.reporting import report_files
from scripts.reporting.run_record import RunRecord


def choose(observed: ObservedState, to: str | None, *, rejected_too: bool = False) -> Release:
    """Return the release to go back to.

    Without `to`: where a roll-back was interrupted, its release; where something runs, rolls or is
    pending that was never recorded, the recorded one; else the newest one before it that nobody
    rejected.

    Args:
        world: as it is now.
        to: a version, or None.
        rejected_too: whether a rejected one may be chosen by its version.

    Raises:
        RefusedError: there is none, it is unknown or rejected, or it runs already.
    """
    ledger = observed.ledger or Ledger()
    chosen = _default(observed, ledger) if to is None else ledger.known(to)
    if chosen is None:
        raise _unknown(ledger, to)
    if chosen.rejected and not rejected_too:
        raise RefusedError(
            f"release {chosen.version} was rejected by {chosen.rejected.by}",
            which=f"at {chosen.rejected.at}",
            next_step="To go back to it all the same, add --rejected-too.",
        )
    if _is_current(ledger, chosen) and not (
        _moving(observed, ledger) or _held_at(observed, chosen)
    ):
        raise RefusedError(
            f"release {chosen.version} is the one that runs", next_step=_choices(ledger)
        )
    return chosen


def _is_current(ledger: Ledger, chosen: Release) -> bool:
    return ledger.release is not None and chosen.version == ledger.release.version


def _held_at(observed: ObservedState, chosen: Release) -> bool:
    """Whether a roll-back to this release was done or begun: then it is only verified again."""
    hold = observed.hold
    return hold is not None and (hold.kind, hold.release) == ("rollback", chosen.version)


def _default(observed: ObservedState, ledger: Ledger) -> Release | None:
    pending = ledger.pending
    if pending and pending.kind == "rollback" and (known := ledger.known(pending.version)):
        return known
    if (begun := _unfinished(observed)) and (known := ledger.known(begun.release)):
        return known
    return ledger.release if _moving(observed, ledger) else ledger.before()


def _unfinished(observed: ObservedState) -> Hold | None:
    """The hold of a roll-back that did not end: killed, perhaps after its last ledger write."""
    hold = observed.hold
    return hold if hold and hold.kind == "rollback" and not hold.done else None


def _moving(observed: ObservedState, ledger: Ledger) -> bool:
    """Whether anything but the recorded release runs, is on its way, or was about to be."""
    if ledger.release is None or observed.group is None:
        return False
    if ledger.pending and ledger.pending.kind != "infrastructure":
        return True
    digest = ledger.release.digest
    refresh = observed.refresh
    rolling = refresh is not None and refresh.active
    if observed.templates and observed.templates.latest.configuration.digest != digest:
        return True
    fleet = {instance.configuration.digest for instance in observed.group.fleet}
    return rolling or {*fleet, observed.group.version.configuration.digest} != {digest}


def _unknown(ledger: Ledger, to: str | None) -> RefusedError:
    what = f"the ledger knows no release {to!r}" if to else "there is no release to go back to"
    return RefusedError(what, next_step=_choices(ledger))


def _choices(ledger: Ledger) -> str:
    versions = [release.version for release in ledger.earlier if not release.rejected]
    return f"Nothing was changed. Earlier releases: {', '.join(versions) or 'none'}"


def main(arguments: list[str]) -> int:
    """Roll an environment back."""
    parser = command.arguments_parser(__doc__)
    parser.add_argument("--to", metavar="VERSION", help="a release that `make history` shows")
    parser.add_argument("--reason", default="", help="why, for those who find the hold")
    parser.add_argument("--no-hold", action="store_true", help="do not hold it afterwards")
    parser.add_argument("--rejected-too", action="store_true", help="accept a rejected release")
    report_files.add_option(parser)
    options = parser.parse_args(arguments)
    with report_files.written("roll_back", options) as run_record:
        _roll_back(options, run_record)
    return 0


def _roll_back(options: argparse.Namespace, run_record: RunRecord) -> None:
    environment, project = options.environment, Project.load()
    clients = connect(project)
    turn = Turn.begin(
        clients,
        project,
        environment,
        DesiredState("roll_back", "", None),
        commit="",
        run_record=run_record,
    )
    turn.observed = observe(clients, project, environment, turn.store)
    chosen = choose(turn.observed, options.to or None, rejected_too=options.rejected_too)
    _check_image(clients, project, chosen)
    turn.wanted = DesiredState("roll_back", chosen.version, chosen.digest)
    turn.rejected = Rejection(turn.run, clock.now())
    turn.ends_on_hold = False
    run_record.release = chosen.version
    say(f"rolling {turn.name} back to {chosen.version}")
    # Ahead of everything else, so that a deploy that runs or waits stops.
    hold = _hold(turn, chosen, options.reason)
    turn.store.set_hold(hold)
    reconcile(turn)
    run_record.url = turn.facts.url
    if options.no_hold:
        turn.store.lift_hold()
    else:
        turn.store.set_hold(replace(hold, done=clock.now()))
    say(f"{turn.name} runs {chosen.version} at {turn.facts.url}", style="green")
    held = "" if options.no_hold else f"; held until: make unhold ENV={environment}"
    say(f"next: make status ENV={environment}{held}")
    output(turn.facts.url)


def _check_image(clients: Clients, project: Project, chosen: Release) -> None:
    if not image.exists(clients.ecr, project.name, chosen.digest):
        raise RefusedError(
            f"the registry no longer holds release {chosen.version}",
            which=f"{project.name}@{chosen.digest}",
            next_step="Nothing was changed. Check out its commit and deploy it: make deploy",
        )


def _hold(turn: Turn, chosen: Release, reason: str) -> Hold:
    begun = _unfinished(turn.observed)
    if begun and begun.release == chosen.version and not reason:
        return begun
    current = turn.book.release.version if turn.book.release else ""
    text = reason or f"rolled back from {current} to {chosen.version}"
    return Hold("rollback", chosen.version, text, turn.run, clock.now())
