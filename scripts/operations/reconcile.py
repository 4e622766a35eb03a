"""Look, decide, act, and again, until nothing is left; and put things back after a failure."""

from scripts.adapters.aws.observe import observe
from scripts.base.console import say
from scripts.base.errors import RefusedError, SlipwayError, UnknownStateError
from scripts.domain.assessment import Action, DesiredState
from scripts.domain.decide import decide
from scripts.domain.observed_state import NO_RELEASE
from scripts.operations.actions import ACTS, note_failed
from scripts.operations.rollout_monitor import RolloutError
from scripts.operations.session import Turn

MOST_ACTS = 40
"""No path through the table is half as long; more means that acting changes nothing."""


def reconcile(turn: Turn) -> None:
    """Bring an environment to what is wanted; after a failure, to what is recorded.

    Raises:
        RefusedError: the table refuses.
        RollError: the release failed, and the recorded one runs everywhere again.
        UnknownStateError: the release failed, and going back failed too.
    """
    try:
        _act_or_put_back(turn)
    except KeyboardInterrupt:
        _say_what_goes_on(turn)
        raise


def _act_or_put_back(turn: Turn) -> None:
    try:
        _act_until_done(turn)
    except RolloutError as error:
        raise _put_back(turn, error) from error


def _act_until_done(turn: Turn) -> None:
    for _ in range(MOST_ACTS):
        turn.observed = observe(turn.clients, turn.project, turn.environment, turn.store)
        action = decide(turn.observed, turn.wanted)
        if action.kind == "stop":
            # What AWS could not put back, a roll of ours has.
            turn.run_record.going_back_failed = False
            say(action.reason)
            return
        if action.kind == "refuse":
            raise refusal(turn, action)
        say(f"{action.kind.replace('_', ' ')}: {action.reason}")
        turn.run_record.act(action.kind, action.reason)
        ACTS[action.kind](turn, action)
    raise UnknownStateError(
        f"{turn.name} does not settle after {MOST_ACTS} acts",
        which=f"{action.kind}: {action.reason}",
        next_step=f"make status ENV={turn.environment}",
    )


def refusal(turn: Turn, action: Action) -> RefusedError:
    """Return the refusal of an action, with the command that helps."""
    environment = turn.environment
    if turn.wanted.verb == "deploy" and turn.observed.hold:
        next_step = f"{_changed(turn)} To lift the hold: make unhold ENV={environment}"
    elif turn.observed.refresh and turn.observed.refresh.active:
        next_step = (
            f"{_changed(turn)} To wait for it and go on: "
            f"python -m scripts deploy {environment} --wait; "
            f"to end it: make abort ENV={environment}"
        )
    elif not turn.observed.facts:
        next_step = f"Run: make deploy ENV={environment}"
    else:
        next_step = f"{_changed(turn)} make history ENV={environment} shows what there is."
    return RefusedError(f"{turn.name}: nothing is done", which=action.reason, next_step=next_step)


def _changed(turn: Turn) -> str:
    begun = [act.kind for act in turn.run_record.acts if act.kind in ACTS and act.kind != "watch"]
    if not begun:
        return "Nothing was changed."
    return f"Nothing more is changed; begun before that: {', '.join(begun)}."


def _say_what_goes_on(turn: Turn) -> None:
    if (
        turn.run_record.acts
        and turn.run_record.acts[-1].kind != "infrastructure"
        and turn.run_record.moved
    ):
        see = f"to see it: make status ENV={turn.environment}"
        abort = f"make abort ENV={turn.environment}"
        if turn.wanted.verb == "recover":
            say(f"going back goes on by itself; to watch it to its end: {abort}; {see}")
            return
        say("what was started goes on by itself; to watch it, run the same command again,")
        say(f"to end it: {abort}; {see}")


def _put_back(turn: Turn, error: RolloutError) -> SlipwayError:
    failed = turn.wanted.version
    environment = turn.environment
    say(f"{failed} failed: {error.what}", style="red")
    try:
        note_failed(turn, error)
        turn.wanted = recorded(turn)
        turn.ends_on_hold = False
        _act_until_done(turn)
    except SlipwayError as second:
        turn.run_record.going_back_failed = True
        return UnknownStateError(
            f"release {failed} failed on {turn.name}, and going back failed too: {second.what}",
            which=[f"first: {error.what}", *error.which, "then:", *second.which],
            next_step=f"To find out where it stands: make status ENV={environment}",
        )
    stands = "nothing runs, as before"
    if turn.wanted.version != NO_RELEASE:
        stands = f"{turn.wanted.version} runs on every instance"
    return SlipwayError(
        f"release {failed} failed on {turn.name}: {error.what}; {stands}",
        which=error.which,
        next_step=f"Mend it and run the same command again. All failures: "
        f"make history ENV={environment}",
    )


def recorded(turn: Turn) -> DesiredState:
    """Return the wish for the recorded release, or for none where none is recorded."""
    release = turn.book.release
    if release is None:
        return DesiredState("recover", NO_RELEASE, NO_RELEASE)
    return DesiredState("recover", release.version, release.digest)
