"""What comes next: one pure decision for every command and every observed state.

`ROWS` is read from the top; the first row that answers with an action decides. A run carries the
action out, observes and decides again, until the answer is `stop` or `refuse`. docs/decide.md shows
the rows; a test keeps the two equal.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scripts.domain.actions import (
    Abort,
    Action,
    ApplyInfrastructure,
    BuildImage,
    Kind,
    Lower,
    NoteFailure,
    Publish,
    Raise,
    Record,
    Refuse,
    Roll,
    Stop,
    Target,
    Unhold,
    Verify,
    Wait,
    Watch,
)
from scripts.domain.assessment import Assessment
from scripts.domain.desired_state import DesiredState
from scripts.domain.observed_state import GOING_BACK, NO_RELEASE, ObservedState, Refresh

Rule = Callable[[Assessment], Action | None]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        when: the condition in words.
        kind: of the action.
        rule: returns the action where the condition holds, None where it does not.
    """

    when: str
    kind: Kind
    rule: Rule


_rows: list[Row] = []


def _row(when: str, kind: type[Action]) -> Callable[[Rule], Rule]:
    def add(rule: Rule) -> Rule:
        _rows.append(Row(when, kind.kind, rule))
        return rule

    return add


def decide(observed: ObservedState, desired: DesiredState) -> Action:
    """Say what comes next."""
    assessment = Assessment(observed, desired)
    return next(action for row in ROWS if (action := row.rule(assessment)))


def infrastructure_reason(observed: ObservedState, desired: DesiredState) -> str:
    """Say why a run will apply the infrastructure at some point; empty where it will not.

    The pipeline asks before the first action: another role applies, in a step of its own.
    """
    action = _infrastructure_differs(Assessment(observed, desired))
    return action.reason if action else ""


def _running(refresh: Refresh) -> str:
    target = refresh.target.release if refresh.target else "an unknown release"
    return f"a rollout of {target} has been running since {refresh.started or 'just now'}"


@_row("deploy; the environment is held (a held template lets its change pass)", Refuse)
def _held(s: Assessment) -> Action | None:
    hold = s.observed.hold
    return Refuse(hold.sentence(), "held") if hold and s.held else None


@_row("roll back; no release was ever recorded", Refuse)
def _nothing_to_go_back_to(s: Assessment) -> Action | None:
    if s.desired.verb == "roll_back" and (s.recorded is None or not s.exists):
        return Refuse("there is no release to go back to", "no-release")
    return None


@_row("a refresh goes back or is being cancelled", Wait)
def _going_back(s: Assessment) -> Action | None:
    if s.refresh and s.refresh.status in GOING_BACK:
        return Wait(f"AWS is putting the group back: {s.refresh.status}", s.refresh)
    return None


@_row("a refresh rolls to what is desired", Watch)
def _rolling_to_target(s: Assessment) -> Action | None:
    leads_to = s.refresh.target if s.refresh else None
    if s.refresh and leads_to and leads_to.configuration == s.target.configuration:
        return Watch(_running(s.refresh), s.refresh, s.target)
    return None


@_row("roll back or recover; a refresh rolls to something else", Abort)
def _in_the_way_of_going_back(s: Assessment) -> Action | None:
    return Abort(_running(s.refresh), s.refresh) if s.refresh and not s.deploys else None


@_row("deploy that may wait; a refresh rolls to something else", Wait)
def _waiting(s: Assessment) -> Action | None:
    return Wait(_running(s.refresh), s.refresh) if s.refresh and s.desired.wait else None


@_row("a refresh rolls to something else", Refuse)
def _rolling(s: Assessment) -> Action | None:
    return Refuse(_running(s.refresh), "rolling") if s.refresh else None


@_row("the pending rollout ended badly and no run noted it", NoteFailure)
def _failed_unseen(s: Assessment) -> Action | None:
    if s.failed_unseen and s.observed.refresh:
        return NoteFailure(f"the rollout ended unwatched: {s.observed.refresh.status}")
    return None


@_row("recover; no release is recorded, and the group is raised", Lower)
def _first_release_failed(s: Assessment) -> Action | None:
    if not s.deploys and s.recorded is None and s.exists and s.group.desired > 0:
        return Lower("the first release did not come up: the group goes back to 0")
    return None


@_row("deploy; what is pending runs everywhere and is not recorded", Record)
def _finished_unseen(s: Assessment) -> Action | None:
    if s.deploys and s.exists and s.finished_unseen:
        running = s.group.version
        reason = f"{running.release} runs everywhere and is not recorded yet"
        return Record(reason, Target(running.configuration, running.release))
    return None


@_row("deploy; no release is recorded, and the group is raised for something else", Lower)
def _first_release_abandoned(s: Assessment) -> Action | None:
    raised = s.exists and s.recorded is None and s.group.desired > 0
    if raised and s.group.version.configuration != s.target.configuration:
        return Lower("an earlier first release was never finished: the group goes back to 0")
    return None


@_row("deploy; the registry does not hold the image", BuildImage)
def _image_missing(s: Assessment) -> Action | None:
    if s.deploys and s.desired.digest is None:
        return BuildImage("the registry does not hold this content yet")
    return None


@_row("deploy; the infrastructure's inputs are not the applied ones", ApplyInfrastructure)
def _infrastructure_differs(s: Assessment) -> Action | None:
    if s.deploys and s.desired.inputs is not None and s.inputs_differ:
        return ApplyInfrastructure(
            "the infrastructure's inputs are not the applied ones", s.desired.inputs
        )
    return None


@_row("deploy; held because of a spec that is no longer the newest", Unhold)
def _hold_outdated(s: Assessment) -> Action | None:
    if s.deploys and s.spec_moved_on:
        return Unhold("the template that failed is no longer the newest")
    return None


@_row("the infrastructure does not exist", Refuse)
def _missing(s: Assessment) -> Action | None:
    if not s.exists:
        return Refuse("the environment's infrastructure does not exist yet", "missing")
    return None


@_row("deploy without retry; this release failed on this spec before", Refuse)
def _failed_before(s: Assessment) -> Action | None:
    known = s.ledger.has_failed(s.desired.version, s.newest.configuration.spec_hash)
    if s.deploys and known and not (s.desired.retry or s.going_back or s.at_target):
        return Refuse(
            f"release {s.desired.version} failed on this template before; a push does not retry it",
            "failed-before",
        )
    return None


@_row("recover; no release is recorded, and the newest template carries one", Publish)
def _withdraw_release(s: Assessment) -> Action | None:
    if not s.deploys and s.recorded is None and s.latest.configuration != s.resting:
        return Publish(
            "the newest template should carry no release, so that the plan is empty",
            Target(s.resting, NO_RELEASE),
            s.newest,
            begins_rollout=False,
        )
    return None


@_row("recover; no release is recorded, and nothing runs", Stop)
def _nothing_runs(s: Assessment) -> Action | None:
    return Stop("nothing runs, as before") if not s.deploys and s.recorded is None else None


@_row("the fleet is not what is desired, nor is the newest template", Publish)
def _template_missing(s: Assessment) -> Action | None:
    if s.at_target or s.latest.configuration == s.target.configuration:
        return None
    reason = "the template does not carry this release yet"
    return Publish(reason, s.target, s.source, begins_rollout=True)


@_row("no release is recorded; the newest template is what is desired", Raise)
def _first_release(s: Assessment) -> Action | None:
    if s.recorded is None and not s.at_target:
        return Raise("the first release: the group goes from 0 to its capacity", s.target)
    return None


@_row("the fleet is not what is desired; the newest template is", Roll)
def _fleet_differs(s: Assessment) -> Action | None:
    return None if s.at_target else Roll("the fleet does not run it yet", s.target)


@_row("the fleet is what is desired; the newest template is not, on the newest spec", Publish)
def _template_behind(s: Assessment) -> Action | None:
    if s.latest.configuration == s.settled:
        return None
    return Publish(
        "the newest template should carry what runs, so that the plan is empty",
        Target(s.settled, s.target.release),
        s.newest,
        begins_rollout=False,
    )


@_row("the fleet is what is desired; the ledger does not say so", Record)
def _unrecorded(s: Assessment) -> Action | None:
    return None if s.recorded_at_target else Record("it runs everywhere", s.target)


@_row("fleet and ledger are what is desired; this run has not verified it", Verify)
def _unverified(s: Assessment) -> Action | None:
    if s.desired.verified == s.target.configuration:
        return None
    return Verify("it runs everywhere already", s.target)


@_row("otherwise", Stop)
def _done(_: Assessment) -> Action | None:
    return Stop("nothing is left to do")


ROWS = tuple(_rows)
