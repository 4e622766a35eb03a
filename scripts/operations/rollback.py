"""Go back to an earlier verified release: no build, no Terraform. Holds the environment."""

from dataclasses import dataclass, replace

from scripts.adapters.aws import image
from scripts.adapters.aws.clients import Clients
from scripts.base import clock, place
from scripts.base.console import say
from scripts.base.errors import ConflictError, OvertakenError, RefusedError
from scripts.base.project import Project
from scripts.domain.desired_state import DesiredState
from scripts.domain.holds import Hold
from scripts.domain.ledger import Ledger, Rejection, Release
from scripts.domain.observed_state import ObservedState
from scripts.operations.again import again
from scripts.operations.reconcile import reconcile
from scripts.operations.session import Session
from scripts.reporting.run_record import RunRecord


@dataclass(frozen=True)
class Options:
    """How to go back.

    Attributes:
        to: version of the release; None for the one before the current.
        reason: why, for those who find the hold; empty for a sentence that names both releases.
        hold: whether the environment stays held afterwards.
        rejected_too: whether a rejected release may be chosen by its version.
    """

    to: str | None = None
    reason: str = ""
    hold: bool = True
    rejected_too: bool = False


def choose(observed: ObservedState, to: str | None, *, rejected_too: bool = False) -> Release:
    """Return the release to go back to.

    Without `to`: where a rollback was interrupted, its release; where something runs, rolls or is
    pending that was never recorded, the recorded one; else the newest one before it that was
    not rejected.

    Args:
        observed: the environment as it is now.
        to: a version, or None.
        rejected_too: whether a rejected one may be chosen by its version.

    Raises:
        RefusedError: there is none, it is unknown or rejected, or it runs already.
    """
    ledger = observed.ledger or Ledger()
    environment = observed.facts.environment if observed.facts else place.SOME
    chosen = _default(observed, ledger) if to is None else ledger.known(to)
    if chosen is None:
        raise _unknown(ledger, to)
    if chosen.rejected and not rejected_too:
        raise RefusedError(
            f"release {chosen.version} was rejected by {chosen.rejected.by}",
            which=f"at {chosen.rejected.at}",
            next_step="To go back to it all the same: "
            + place.command("roll-back", environment, to=chosen.version, rejected_too=True),
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
    """Whether a rollback to this release was done or begun: then it is only verified again."""
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
    """The hold of a rollback that did not end: killed, perhaps after its last ledger write."""
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


def roll_back(
    clients: Clients, project: Project, environment: str, options: Options, run_record: RunRecord
) -> str:
    """Roll an environment back and return its URL.

    Raises:
        RefusedError: there is nothing to go back to, or the registry no longer holds it.
        SlipwayError: going back failed, and the recorded release runs everywhere again.
        UnknownStateError: where it stands is unknown.
    """
    session = Session.begin(clients, project, environment, run_record)
    session = replace(session, rejected=Rejection(session.run, clock.now()), ends_on_hold=False)
    chosen, hold = again(lambda: _choose_and_hold(session, options))
    desired = DesiredState("roll_back", chosen.version, chosen.digest)
    run_record.url = reconcile(session, desired).existing.facts.url
    try:
        if options.hold:
            session.store.set_hold(replace(hold, done=clock.now()), over=hold)
        else:
            session.store.lift_hold(hold)
    except (ConflictError, OvertakenError):
        say("the hold was changed meanwhile, and stays as it is", style="yellow")
    say(f"{session.name} runs {chosen.version} at {run_record.url}", style="green")
    return run_record.url


def _choose_and_hold(session: Session, options: Options) -> tuple[Release, Hold]:
    """Hold the environment ahead of everything else, so that a deploy that runs or waits stops."""
    observed = session.observe()
    chosen = choose(observed, options.to, rejected_too=options.rejected_too)
    _check_image(session.clients, session.project, chosen)
    session.run_record.release = chosen.version
    say(f"rolling {session.name} back to {chosen.version}")
    hold = _hold(session.run, observed, chosen, options.reason)
    if observed.hold and observed.hold.kind != "rollback":
        say(f"replacing a hold: {observed.hold.sentence()}", style="yellow")
    return chosen, session.store.set_hold(hold, over=observed.hold)


def _check_image(clients: Clients, project: Project, chosen: Release) -> None:
    if not image.exists(clients, project, chosen.digest):
        raise RefusedError(
            f"the registry no longer holds release {chosen.version}",
            which=f"{project.name}@{chosen.digest}",
            next_step="Nothing was changed. Revert what came after it, then deploy that: "
            + place.command("deploy", place.SOME),
        )


def _hold(run: str, observed: ObservedState, chosen: Release, reason: str) -> Hold:
    begun = _unfinished(observed)
    if begun and begun.release == chosen.version and not reason:
        return begun
    recorded = observed.ledger.release if observed.ledger else None
    text = reason or f"rolled back from {recorded.version if recorded else ''} to {chosen.version}"
    return Hold("rollback", chosen.version, text, run, clock.now())
