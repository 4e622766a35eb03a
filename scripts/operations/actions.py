"""What each kind of action does to the world; `reconcile.py` calls them by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from scripts.adapters.aws import image, launch_template, pausing
from scripts.adapters.aws.observe import observe_group
from scripts.base import clock
from scripts.base.console import say, step
from scripts.base.errors import SlipwayError
from scripts.domain import ledger
from scripts.domain.assessment import Action, Kind
from scripts.domain.holds import Hold
from scripts.domain.ledger import Failure, Release
from scripts.domain.observed_state import GOING_BACK, Configuration, Refresh
from scripts.operations import first_launch, rollout, verification
from scripts.operations.infrastructure import apply_infrastructure
from scripts.operations.rollout_monitor import RolloutError, RolloutMonitor
from scripts.operations.session import Turn, wanted_of

VERIFY_MARGIN_SECONDS = 60
EMPTY_SECONDS = 600
POLL_SECONDS = 1.0


def make_image(turn: Turn, _: Action) -> None:
    """Build and push the wanted release's image."""
    digest = image.make(turn.clients.ecr, turn.project.name, turn.wanted.version)
    turn.wanted = replace(turn.wanted, digest=digest)


def infrastructure(turn: Turn, _: Action) -> None:
    """Apply the infrastructure."""
    apply_infrastructure(
        turn.clients,
        turn.project,
        turn.environment,
        turn.store,
        inputs=turn.wanted.inputs or "",
        commit=turn.commit,
        run=turn.run,
        judge=turn.judge,
    )


def publish(turn: Turn, action: Action) -> None:
    """Publish a release on a shape; written ahead where it is more than a tidy template."""
    if action.source is None:
        raise ValueError("publishing needs a source")
    wanted = wanted_of(action)
    if action.ahead:
        turn.write_ahead(action)
    number = launch_template.publish(
        turn.clients.ec2,
        turn.facts.template,
        action.source.number,
        action.release,
        wanted.digest,
    )
    say(f"{turn.facts.template}: version {number} carries release {action.release}")


def raise_group(turn: Turn, action: Action) -> None:
    """Point the group at the first release, raise it to its capacity and watch it come up."""
    turn.write_ahead(action)
    number = _latest(turn)
    capacity = turn.facts.capacity
    since = clock.now()
    if (turn.group.version.number, turn.group.desired) != (number, capacity.min):
        turn.check_hold()
        turn.clients.autoscaling.update_auto_scaling_group(
            AutoScalingGroupName=turn.facts.group,
            LaunchTemplate={
                "LaunchTemplateName": turn.facts.template,
                "Version": str(number),
            },
            MinSize=capacity.min,
            DesiredCapacity=capacity.min,
        )
    else:
        # An earlier run raised it: its launches count as well.
        since = turn.book.pending.since if turn.book.pending else since
    watched = _roll(turn, wanted_of(action), since)
    with step(f"bringing up {capacity.min} instances of {action.release}", watched.display):
        first_launch.watch(watched)


def lower_group(turn: Turn, _: Action) -> None:
    """Take the group back to 0 and wait until it is empty."""
    turn.clients.autoscaling.update_auto_scaling_group(
        AutoScalingGroupName=turn.facts.group, MinSize=0, DesiredCapacity=0
    )
    with step(f"taking {turn.facts.group} back to 0"):
        end = clock.seconds() + EMPTY_SECONDS
        while observe_group(turn.clients, turn.facts).instances:
            if clock.seconds() > end:
                raise SlipwayError(
                    "instances are still there",
                    which=turn.facts.group,
                    next_step=f"make status ENV={turn.environment}",
                )
            clock.pause(POLL_SECONDS)


def roll_group(turn: Turn, action: Action) -> None:
    """Roll the group to the newest template version and watch it."""
    turn.write_ahead(action)
    gated = turn.wanted.verb == "deploy"
    since = clock.now()
    if not gated:
        pausing.lift(turn.clients, turn.facts, turn.group)
    elif turn.group.paused:
        said = pausing.sentence(turn.group, turn.environment)
        say(f"rollouts of {turn.name} are {said}; this one starts and waits", style="yellow")
    try:
        refresh_id = rollout.start(
            turn.clients,
            turn.facts,
            turn.group,
            _latest(turn),
            check=turn.check_ours,
            gated=gated,
            despite_alarms=turn.despite_alarms,
        )
    except turn.clients.autoscaling.exceptions.InstanceRefreshInProgressFault:
        # Somebody's, or our own whose answer was lost and which was asked for again.
        say("a refresh runs already: looking again", style="yellow")
        clock.pause(POLL_SECONDS)
        return
    watched = _roll(turn, wanted_of(action), since)
    with step(f"rolling {turn.facts.group} to {action.release}", watched.display):
        rollout.watch(watched, refresh_id)


def watch(turn: Turn, action: Action) -> None:
    """Watch a refresh that runs already: to judge it where it is ours, else to its end.

    One that a dead run of ours began is judged for that run: AWS would try for an hour, and whoever
    waits for it may well bring the mended release.
    """
    refresh = turn.observed.refresh
    if refresh is None:
        raise ValueError("there is no refresh to watch")
    going_back = refresh.status in GOING_BACK
    if action.configuration and not going_back:
        watched = _roll(turn, action.configuration, refresh.started)
        with step(f"watching the roll to {action.release}", watched.display):
            rollout.watch(watched, refresh.id)
        return
    watched = _roll(turn, _leads_to(refresh), refresh.started)
    with step(f"waiting for the refresh {refresh.id} to end", watched.display):
        if going_back or not turn.is_pending(refresh.target):
            say(f"it ended: {rollout.watch_until_over(watched, refresh.id)}")
            return
        # Whoever ends it meanwhile has noted why: nothing is overtaken by that.
        watched.ours = lambda: None
        try:
            rollout.watch(watched, refresh.id)
        except RolloutError as error:
            note_failed(turn, error)


def abort(turn: Turn, _: Action) -> None:
    """Note why, make AWS put the group back, and wait for it.

    Noted first: a command that watches this roll reads there that somebody else ended it.
    """
    refresh = turn.observed.refresh
    if refresh is None:
        raise ValueError("there is no refresh to abort")
    if turn.book.pending and turn.book.pending.kind != "infrastructure":
        note_failed(turn, RolloutError(f"aborted by {turn.run}", []))
    rollout.go_back(turn.clients, turn.facts, turn.group)
    watched = _roll(turn, _leads_to(refresh), refresh.started)
    with step("aborting the roll that runs", watched.display):
        status = rollout.watch_until_over(watched, refresh.id)
    say(f"it ended: {status}")


def _leads_to(refresh: Refresh) -> Configuration:
    return refresh.target.configuration if refresh.target else Configuration("", "")


def note_failure(turn: Turn, action: Action) -> None:
    """Note that what was pending failed."""
    note_failed(turn, RolloutError(action.reason, []))


def unhold(turn: Turn, _: Action) -> None:
    """Lift a hold that has come to its end by itself."""
    turn.store.lift_hold()


def record(turn: Turn, action: Action) -> None:
    """Verify what runs and make it the recorded release."""
    configuration = wanted_of(action)
    check(turn, action)
    pending = turn.book.pending
    known = turn.book.known(action.release)
    commit = pending.commit if pending and pending.version == action.release else ""
    fallback = turn.commit if action.release == turn.wanted.version else ""
    release = Release(
        version=action.release,
        digest=configuration.digest,
        commit=commit or (known.commit if known else "") or fallback,
        at=clock.now(),
        run=turn.run,
        spec_hash=configuration.spec_hash,
    )
    turn.write(ledger.record(turn.book, release, turn.rejected))
    say(f"recorded: {turn.name} runs {release.version}", style="green")


def check(turn: Turn, action: Action) -> None:
    """Verify that every instance and every answer is what is wanted.

    Raises:
        RollError: it is not.
    """
    configuration = wanted_of(action)
    patience = turn.facts.rollout.boot_deadline_seconds + VERIFY_MARGIN_SECONDS
    with step(f"verifying that {turn.facts.url} answers {action.release} only"):
        wrong = verification.problems(
            lambda: observe_group(turn.clients, turn.facts),
            turn.facts.url,
            configuration,
            patience_seconds=patience,
            visits=turn.wanted.verb == "deploy",
        )
    if wrong:
        raise RolloutError("verification failed", wrong)
    for line in verification.findings(observe_group(turn.clients, turn.facts)):
        say(f"  verified: {line}")
    turn.wanted = replace(turn.wanted, verified=configuration)


def note_failed(turn: Turn, error: RolloutError) -> None:
    """Note that what is pending failed; a shape that failed with it holds the environment."""
    turn.observed = replace(turn.observed, ledger=turn.store.read())
    pending = turn.book.pending
    if pending is None or not error.judged:
        # A lack of capacity says nothing about the release: it may be tried again.
        turn.write(replace(turn.book, pending=None))
        return
    failure = Failure(pending.version, pending.spec_hash, error.what, clock.now(), turn.run)
    turn.write(ledger.fail(turn.book, failure))
    say(f"noted: {pending.version} failed: {error.what}", style="red")
    recorded = turn.book.release
    spec_failed = recorded and recorded.spec_hash not in ("", pending.spec_hash)
    # Whoever holds it already has a reason of their own, and keeps it.
    if pending.kind == "release" and recorded and spec_failed and not turn.store.hold():
        turn.store.set_hold(
            Hold(
                kind="template",
                release=recorded.version,
                reason=f"the changed template failed: revert or mend that change ({error.what})",
                by=turn.run,
                since=clock.now(),
                spec_hash=pending.spec_hash,
            )
        )


def _roll(turn: Turn, configuration: Configuration, since: str) -> RolloutMonitor:
    pending = turn.book.pending
    return RolloutMonitor(
        turn.clients,
        turn.facts,
        configuration,
        # A refresh that is Pending may have no moment yet; without one every old failure counts.
        since or (pending.since if pending else clock.now()),
        turn.run_record,
        new=turn.wanted.verb == "deploy",
        check=turn.check_hold,
        ours=turn.check_pending,
    )


def _latest(turn: Turn) -> int:
    return turn.observed.existing.templates.latest.number


ACTS: Mapping[Kind, Callable[[Turn, Action], None]] = {
    "watch": watch,
    "abort": abort,
    "note_failure": note_failure,
    "unhold": unhold,
    "lower": lower_group,
    "image": make_image,
    "infrastructure": infrastructure,
    "publish": publish,
    "raise": raise_group,
    "roll": roll_group,
    "record": record,
    "verify": check,
}
