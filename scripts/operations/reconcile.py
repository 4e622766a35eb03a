"""Observe, decide, act, and again, until nothing is left; and go back after a failure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from scripts.base import place
from scripts.base.console import say
from scripts.base.errors import ConflictError, RefusedError, SlipwayError, UnknownStateError
from scripts.domain.actions import Refuse, Stop
from scripts.domain.decide import decide
from scripts.domain.desired_state import DesiredState, Verb
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import NO_RELEASE, ObservedState
from scripts.operations import suspended
from scripts.operations.perform import PERFORMERS, State, note_failure, perform
from scripts.operations.rollout_monitor import RolloutError
from scripts.operations.session import Session

MOST_STEPS = 40
"""No path through the table is half as long; more means that acting changes nothing."""

PASSIVE = {"watch", "wait"}
"""Kinds of actions that change nothing."""


class DecidedError(RefusedError):
    """The table refuses; exit code 3.

    Attributes:
        action: what it said.
    """

    def __init__(self, what: str, action: Refuse, next_step: str) -> None:
        super().__init__(what, which=action.reason, next_step=next_step)
        self.action = action


def reconcile(session: Session, desired: DesiredState) -> ObservedState:
    """Bring an environment to what is desired; after a failure, to what is recorded.

    Returns:
        What was observed at the end.

    Raises:
        DecidedError: the table refuses.
        SlipwayError: the release failed, and the recorded one runs everywhere again.
        UnknownStateError: the release failed, and going back failed too.
    """
    with session.clients.contact.patient():
        try:
            with _saying_what_continues(session, desired.verb):
                return _reach(session, desired)
        except RolloutError as error:
            with _saying_what_continues(session, "recover"):
                raise _go_back(session, desired, error) from error


def _reach(session: Session, desired: DesiredState) -> ObservedState:
    for _ in range(MOST_STEPS):
        observed = session.observe()
        action = decide(observed, desired)
        if isinstance(action, Stop):
            # What AWS could not put back, a rollout of ours has.
            session.run_record.going_back_failed = False
            say(action.reason)
            return observed
        if isinstance(action, Refuse):
            raise _refusal(session, action)
        suspended.refuse(observed, desired, action)
        say(f"{action.kind.replace('_', ' ')}: {action.reason}")
        session.run_record.act(action.kind, action.reason)
        try:
            desired = perform(session, State(observed, desired), action)
        except ConflictError as error:
            say(f"{error.what}: looking again", style="dim")
    raise UnknownStateError(
        f"{session.name} did not converge after {MOST_STEPS} steps",
        which=f"{action.kind}: {action.reason}",
        next_step=place.command("status", session.environment),
    )


def _refusal(session: Session, action: Refuse) -> DecidedError:
    """Return the refusal of an action, with the command that helps."""
    environment, changed = session.environment, _changed(session)
    next_steps = {
        "held": f"{changed} To lift the hold: {place.command('unhold', environment)}",
        "rolling": f"{changed} To wait for it and go on: "
        f"{place.command('deploy', environment, wait=True)}; "
        f"to end it: {place.command('abort', environment)}",
        "missing": f"Run: {place.command('deploy', environment)}",
    }
    history = f"{changed} To see what there is: {place.command('history', environment)}"
    what = f"{session.name}: refused"
    return DecidedError(what, action, next_steps.get(action.cause, history))


def _changed(session: Session) -> str:
    kinds = {action.kind for action in PERFORMERS} - PASSIVE
    begun = [act.kind for act in session.run_record.acts if act.kind in kinds]
    if not begun:
        return "Nothing was changed."
    return f"Nothing more was changed; done before that: {', '.join(begun)}."


@contextmanager
def _saying_what_continues(session: Session, verb: Verb) -> Iterator[None]:
    """Say after Ctrl-C what AWS still does, and how to end it."""
    try:
        yield
    except KeyboardInterrupt:
        record, environment = session.run_record, session.environment
        if record.acts and record.acts[-1].kind != "infrastructure" and record.moved:
            see = f"to see it: {place.command('status', environment)}"
            abort = place.command("abort", environment)
            if verb == "recover":
                say(f"The rollback continues in AWS. To watch it to its end: {abort}; {see}")
            else:
                say("The rollout continues in AWS. To watch it, run the same command again;")
                say(f"to end it: {abort}; {see}")
        raise


def _go_back(session: Session, desired: DesiredState, error: RolloutError) -> SlipwayError:
    """Bring the recorded release back, and return what the command ends with."""
    environment, version = session.environment, desired.version
    say(f"{version} failed: {error.what}", style="red")
    try:
        note_failure(session, error)
        recorded = recorded_state(session.store.read())
        observed = _reach(replace(session, ends_on_hold=False), recorded)
    except SlipwayError as second:
        session.run_record.going_back_failed = True
        return UnknownStateError(
            f"release {version} failed on {session.name}, and going back failed too: {second.what}",
            which=[f"first: {error.what}", *error.which, "then:", *second.which],
            next_step="To find out where it stands: " + place.command("status", environment),
        )
    failed, stands = f"release {version}", "nothing runs, as before"
    if recorded.version == version and _only_template_failed(observed.ledger):
        failed = f"the changed template under release {version}"
        stands = f"{version} runs on every instance on the template before it"
    elif recorded.version != NO_RELEASE:
        stands = f"{recorded.version} runs on every instance"
    held = observed.hold is not None and observed.hold.kind == "template"
    return SlipwayError(
        f"{failed} failed on {session.name}: {error.what}; {stands}",
        which=error.which,
        next_step=("The environment is held until the template changes. " if held else "")
        + "Fix the cause and run the same command again. All failures: "
        + place.command("history", environment),
    )


def _only_template_failed(ledger: Ledger | None) -> bool:
    """Whether the newest failure is of the recorded release, on a template that it was not on."""
    if ledger is None or ledger.release is None or not ledger.failed:
        return False
    newest, recorded = ledger.failed[0], ledger.release
    return newest.version == recorded.version and newest.spec_hash != recorded.spec_hash


def recorded_state(ledger: Ledger | None) -> DesiredState:
    """Return the wish for the recorded release, or for none where none is recorded."""
    release = ledger.release if ledger else None
    if release is None:
        return DesiredState("recover", NO_RELEASE, NO_RELEASE)
    return DesiredState("recover", release.version, release.digest)
