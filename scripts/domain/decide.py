"""What comes next: one pure decision for every command and every state of the world.

`ROWS` is read from the top; the first row that holds says what to do. Whoever acts looks again
afterwards and asks again, until the answer is `stop` or `refuse`. docs/decide.md shows the rows;
a test keeps the two equal.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scripts.domain.assessment import Action, Assessment, DesiredState, Kind
from scripts.domain.observed_state import GOING_BACK, NO_RELEASE, ObservedState


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        when: the condition in words.
        kind: the act.
        holds: the condition.
        action: makes the action of it.
    """

    when: str
    kind: Kind
    holds: Callable[[Assessment], bool]
    action: Callable[[Assessment], Action]


def decide(observed: ObservedState, wanted: DesiredState) -> Action:
    """Say what comes next."""
    assessment = Assessment(observed, wanted)
    row = next(row for row in ROWS if row.holds(assessment))
    return row.action(assessment)


def _say(kind: Kind, reason: str) -> Callable[[Assessment], Action]:
    return lambda _: Action(kind, reason)


def _held(s: Assessment) -> Action:
    return Action("refuse", s.observed.hold.sentence() if s.observed.hold else "")


def _running(s: Assessment) -> str:
    refresh = s.refresh
    target = refresh.target.release if refresh and refresh.target else "something unknown"
    return f"a roll to {target} runs since {refresh.started if refresh else '?'}"


def _toward(kind: Kind, reason: str) -> Callable[[Assessment], Action]:
    return lambda s: Action(kind, reason, s.target, s.target_release, s.source, ahead=True)


def _refresh_is_ours(s: Assessment) -> bool:
    target = s.refresh.target if s.refresh else None
    return target is not None and target.configuration == s.target


def _record_unseen(s: Assessment) -> Action:
    version = s.group.version
    return Action(
        "record",
        f"{version.release} runs everywhere and is not recorded yet",
        version.configuration,
        version.release,
    )


def _publish_resting(s: Assessment) -> Action:
    reason = "the newest template should carry no release, so that the plan is empty"
    return Action("publish", reason, s.resting, NO_RELEASE, s.newest)


def _publish_settled(s: Assessment) -> Action:
    reason = "the newest template should carry what runs, so that the plan is empty"
    return Action("publish", reason, s.settled, s.target_release, s.newest)


def _note_failure(s: Assessment) -> Action:
    status = s.observed.refresh.status if s.observed.refresh else ""
    return Action("note_failure", f"the roll ended while nobody watched: {status}")


def _known_failure(s: Assessment) -> bool:
    wanted = s.wanted
    return (
        s.deploys
        and not wanted.retry
        and not s.going_back
        and not s.at_target
        and s.ledger.has_failed(wanted.version, s.newest.configuration.spec_hash)
    )


ROWS: tuple[Row, ...] = (
    Row(
        "deploy; the environment is held (a held template lets its change pass)",
        "refuse",
        lambda s: s.held,
        _held,
    ),
    Row(
        "roll back; no release was ever recorded",
        "refuse",
        lambda s: s.wanted.verb == "roll_back" and (s.recorded is None or not s.exists),
        _say("refuse", "there is no release to go back to"),
    ),
    Row(
        "a refresh goes back or is being cancelled",
        "watch",
        lambda s: s.refresh is not None and s.refresh.status in GOING_BACK,
        lambda s: Action(
            "watch", f"AWS puts the group back: {s.refresh.status if s.refresh else ''}"
        ),
    ),
    Row(
        "a refresh rolls to what is wanted",
        "watch",
        _refresh_is_ours,
        lambda s: Action("watch", _running(s), s.target, s.target_release),
    ),
    Row(
        "roll back or recover; a refresh rolls to something else",
        "abort",
        lambda s: s.refresh is not None and not s.deploys,
        lambda s: Action("abort", _running(s)),
    ),
    Row(
        "deploy that may wait; a refresh rolls to something else",
        "watch",
        lambda s: s.refresh is not None and s.wanted.wait,
        lambda s: Action("watch", _running(s)),
    ),
    Row(
        "a refresh rolls to something else",
        "refuse",
        lambda s: s.refresh is not None,
        lambda s: Action("refuse", _running(s)),
    ),
    Row(
        "the pending roll ended badly and nobody noted it",
        "note_failure",
        lambda s: s.failed_unseen,
        _note_failure,
    ),
    Row(
        "recover; no release is recorded, and the group is raised",
        "lower",
        lambda s: not s.deploys and s.recorded is None and s.exists and s.group.desired > 0,
        _say("lower", "the first release did not come up: the group goes back to 0"),
    ),
    Row(
        "deploy; what is pending runs everywhere and nobody recorded it",
        "record",
        lambda s: s.deploys and s.exists and s.finished_unseen,
        _record_unseen,
    ),
    Row(
        "deploy; no release is recorded, and the group is raised for something else",
        "lower",
        lambda s: (
            s.exists
            and s.recorded is None
            and s.group.desired > 0
            and s.group.version.configuration != s.target
        ),
        _say("lower", "an earlier first release did not end: the group goes back to 0"),
    ),
    Row(
        "deploy; the registry does not hold the image",
        "image",
        lambda s: s.deploys and s.wanted.digest is None,
        _say("image", "the content is new"),
    ),
    Row(
        "deploy; the infrastructure's inputs are not the applied ones",
        "infrastructure",
        lambda s: s.deploys and s.inputs_differ,
        _say("infrastructure", "its inputs are not those that were applied last"),
    ),
    Row(
        "deploy; held because of a shape that is no longer the newest",
        "unhold",
        lambda s: s.deploys and s.spec_moved_on,
        _say("unhold", "the template that failed is not the newest any more"),
    ),
    Row(
        "the infrastructure does not exist",
        "refuse",
        lambda s: not s.exists,
        _say("refuse", "the environment's infrastructure does not exist yet"),
    ),
    Row(
        "deploy without retry; this release failed on this shape before",
        "refuse",
        _known_failure,
        _say("refuse", "this release failed on this template before, and a push does not retry it"),
    ),
    Row(
        "recover; no release is recorded, and the newest template carries one",
        "publish",
        lambda s: not s.deploys and s.recorded is None and s.latest.configuration != s.resting,
        _publish_resting,
    ),
    Row(
        "recover; no release is recorded, and nothing runs",
        "stop",
        lambda s: not s.deploys and s.recorded is None,
        _say("stop", "nothing runs, as before"),
    ),
    Row(
        "the fleet is not what is wanted, nor is the newest template",
        "publish",
        lambda s: not s.at_target and s.latest.configuration != s.target,
        _toward("publish", "the template does not carry this release yet"),
    ),
    Row(
        "no release is recorded; the newest template is what is wanted",
        "raise",
        lambda s: s.recorded is None and not s.at_target,
        _toward("raise", "the first release: the group goes from 0 to its capacity"),
    ),
    Row(
        "the fleet is not what is wanted; the newest template is",
        "roll",
        lambda s: not s.at_target,
        _toward("roll", "the fleet does not run it yet"),
    ),
    Row(
        "the fleet is what is wanted; the newest template is not, on the newest shape",
        "publish",
        lambda s: s.latest.configuration != s.settled,
        _publish_settled,
    ),
    Row(
        "the fleet is what is wanted; the ledger does not say so",
        "record",
        lambda s: not s.recorded_at_target,
        _toward("record", "it runs everywhere"),
    ),
    Row(
        "fleet and ledger are what is wanted; this run has not verified it",
        "verify",
        lambda s: s.wanted.verified != s.target,
        _toward("verify", "it runs everywhere already"),
    ),
    Row(
        "otherwise",
        "stop",
        lambda _: True,
        _say("stop", "nothing is left to do"),
    ),
)
