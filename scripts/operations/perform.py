"""What each kind of action does in AWS; `reconcile.py` calls `perform`."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from scripts.adapters.aws import gone, image, launch_template, pace, pausing
from scripts.adapters.aws.observe import observe_group
from scripts.base import clock, place
from scripts.base.console import say, step
from scripts.base.errors import ConflictError, SlipwayError
from scripts.domain import ledger as ledgers
from scripts.domain.actions import (
    Abort,
    Action,
    ApplyInfrastructure,
    BuildImage,
    Lower,
    NoteFailure,
    Publish,
    Raise,
    Record,
    Roll,
    Unhold,
    Verify,
    Wait,
    Watch,
)
from scripts.domain.desired_state import DesiredState
from scripts.domain.facts import Facts
from scripts.domain.holds import Hold
from scripts.domain.ledger import Failure, Ledger, Pending, Release
from scripts.domain.observed_state import (
    GOING_BACK,
    Configuration,
    Group,
    ObservedState,
    Refresh,
)
from scripts.operations import first_launch, rollout, suspended, verification
from scripts.operations.again import again
from scripts.operations.infrastructure import apply_infrastructure
from scripts.operations.rollout_monitor import RolloutError, RolloutMonitor
from scripts.operations.session import Session

VERIFY_MARGIN_SECONDS = 60
EMPTY_SECONDS = 600


@dataclass(frozen=True)
class State:
    """What an action starts from: the environment as just observed, and what is asked for."""

    observed: ObservedState
    desired: DesiredState

    @property
    def facts(self) -> Facts:
        """The environment's facts; only asked once they exist."""
        return self.observed.existing.facts

    @property
    def group(self) -> Group:
        """The group; only asked once it exists."""
        return self.observed.existing.group

    @property
    def latest(self) -> int:
        """Number of the newest template version; only asked once there is one."""
        return self.observed.existing.templates.latest.number

    @property
    def ledger(self) -> Ledger:
        """The ledger; an empty one where there is none."""
        return self.observed.ledger or Ledger()

    @property
    def gated(self) -> bool:
        """Whether it leads to something new, which canary, bake and alarms watch."""
        return self.desired.verb == "deploy"


def perform(session: Session, state: State, action: Action) -> DesiredState:
    """Carry an action out, and return what is asked for from then on.

    Raises:
        RolloutError: the release failed.
        OvertakenError: another command has taken over.
        SlipwayError: the action could not be carried out.
    """
    return PERFORMERS[type(action)](session, state, action) or state.desired


def _build_image(session: Session, state: State, _: BuildImage) -> DesiredState:
    digest = image.make(session.clients, session.project, state.desired.version)
    return replace(state.desired, digest=digest)


def _apply_infrastructure(session: Session, _: State, action: ApplyInfrastructure) -> None:
    apply_infrastructure(
        session.clients,
        session.project,
        session.environment,
        session.store,
        inputs=action.inputs,
        commit=session.commit,
        run=session.run,
        judge=session.judge,
    )


def _publish(session: Session, state: State, action: Publish) -> None:
    target, template = action.target, state.facts.template
    if action.begins_rollout:
        session.write_ahead(state.ledger, state.desired, target)
    with gone.told(session.environment):
        published = launch_template.publish(
            session.clients,
            template,
            action.source.number,
            target.release,
            target.configuration.digest,
        )
    say(f"{template}: version {published.number} carries release {target.release}")


def _raise_group(session: Session, state: State, action: Raise) -> None:
    """Point the group at the first release, raise it to its capacity and watch it come up."""
    ledger = session.write_ahead(state.ledger, state.desired, action.target)
    suspended.tell(state.observed)
    facts, number = state.facts, state.latest
    capacity, since = facts.capacity, clock.now()
    if (state.group.version.number, state.group.desired) != (number, capacity.min):
        session.check_hold()
        session.clients.autoscaling.update_auto_scaling_group(
            AutoScalingGroupName=facts.group,
            LaunchTemplate={"LaunchTemplateName": facts.template, "Version": str(number)},
            MinSize=capacity.min,
            DesiredCapacity=capacity.min,
        )
    else:
        # An earlier run raised it: its launches count as well.
        since = ledger.pending.since if ledger.pending else since
    monitor = _monitor(session, state, action.target.configuration, since, ledger.pending)
    title = f"bringing up {capacity.min} instances of {action.target.release}"
    with step(title, monitor.display):
        first_launch.watch(monitor)


def _lower_group(session: Session, state: State, _: Lower) -> None:
    """Take the group back to 0 and wait until it is empty."""
    facts = state.facts
    session.clients.autoscaling.update_auto_scaling_group(
        AutoScalingGroupName=facts.group, MinSize=0, DesiredCapacity=0
    )
    with step(f"taking {facts.group} back to 0"):
        end = clock.seconds() + EMPTY_SECONDS
        while observe_group(session.clients, facts).instances:
            if clock.seconds() > end:
                raise SlipwayError(
                    f"the group still has instances after {EMPTY_SECONDS} s",
                    which=facts.group,
                    next_step=place.command("status", session.environment),
                )
            pace.wait()


def _roll_group(session: Session, state: State, action: Roll) -> None:
    """Roll the group to the newest template version and watch it."""
    ledger = session.write_ahead(state.ledger, state.desired, action.target)
    facts, group, since = state.facts, state.group, clock.now()
    suspended.tell(state.observed)
    if not state.gated:
        pausing.lift(session.clients, facts, group)
    elif group.paused:
        said = pausing.sentence(group, session.environment)
        say(f"rollouts of {session.name} are {said}; this one starts and waits", style="yellow")

    def check_ours() -> None:
        session.check_hold()
        session.check_pending(ledger.pending)

    try:
        refresh_id = rollout.start(
            session.clients,
            facts,
            group,
            state.latest,
            check=check_ours,
            gated=state.gated,
            despite_alarms=session.despite_alarms,
        )
    except session.clients.autoscaling.exceptions.InstanceRefreshInProgressFault:
        # Another command's, or our own whose answer was lost and which was asked for again.
        say("a refresh is running already: looking again", style="yellow")
        pace.wait()
        return
    monitor = _monitor(session, state, action.target.configuration, since, ledger.pending)
    with step(f"rolling {facts.group} to {action.target.release}", monitor.display):
        rollout.watch(monitor, refresh_id)


def _watch(session: Session, state: State, action: Watch) -> None:
    """Watch a refresh that leads to the target, started by this command or another."""
    refresh, configuration = action.refresh, action.target.configuration
    monitor = _monitor(session, state, configuration, refresh.started, state.ledger.pending)
    with step(f"watching the rollout of {action.target.release}", monitor.display):
        rollout.watch(monitor, refresh.id)


def _wait(session: Session, state: State, action: Wait) -> None:
    """Let a refresh to something else end.

    One that a dead run began is judged in that run's place: AWS would try for an hour, and the
    command that waits for it may well bring the repaired release.
    """
    refresh = action.refresh
    pending = state.ledger.pending
    orphaned = refresh.status not in GOING_BACK and _is_pending(refresh, pending)
    # Where another command ends it meanwhile, that command has noted why: nothing is overtaken.
    expected = None if orphaned else pending
    monitor = _monitor(session, state, _leads_to(refresh), refresh.started, expected)
    with step(f"waiting for the refresh {refresh.id} to end", monitor.display):
        if not orphaned:
            say(f"the refresh ended: {rollout.watch_until_over(monitor, refresh.id)}")
            return
        try:
            rollout.watch(monitor, refresh.id)
        except RolloutError as error:
            note_failure(session, error)


def _abort(session: Session, state: State, action: Abort) -> None:
    """Note why, make AWS put the group back, and wait for it.

    Noted first: a command that watches this rollout reads there that another one ended it.
    """
    refresh, pending = action.refresh, state.ledger.pending
    if pending and pending.kind != "infrastructure":
        note_failure(session, RolloutError(f"aborted by {session.run}", []), aborted=True)
    rollout.go_back(session.clients, state.facts, state.group)
    monitor = _monitor(session, state, _leads_to(refresh), refresh.started, None)
    with step("aborting the rollout", monitor.display):
        status = rollout.watch_until_over(monitor, refresh.id)
    say(f"the refresh ended: {status}")


def _note_failure(session: Session, _: State, action: NoteFailure) -> None:
    note_failure(session, RolloutError(action.reason, []))


def _unhold(session: Session, state: State, _: Unhold) -> None:
    if state.observed.hold:
        session.store.lift_hold(state.observed.hold)


def _record(session: Session, state: State, action: Record) -> DesiredState:
    """Verify what runs and make it the recorded release."""
    desired = _verify(session, state, action)
    target, ledger = action.target, state.ledger
    pending, known = ledger.pending, ledger.known(target.release)
    commit = pending.commit if pending and pending.version == target.release else ""
    fallback = session.commit if target.release == desired.version else ""
    release = Release(
        version=target.release,
        digest=target.configuration.digest,
        commit=commit or (known.commit if known else "") or fallback,
        at=clock.now(),
        run=session.run,
        spec_hash=target.configuration.spec_hash,
    )
    session.store.write(ledgers.record(ledger, release, session.rejected))
    say(f"recorded: {session.name} runs {release.version}", style="green")
    return desired


def _verify(session: Session, state: State, action: Record | Verify) -> DesiredState:
    """Verify that every instance and every answer is what is desired.

    Raises:
        RolloutError: one is not.
    """
    facts, target = state.facts, action.target
    patience = facts.rollout.boot_deadline_seconds + VERIFY_MARGIN_SECONDS
    with step(f"verifying that {facts.url} answers {target.release} only"):
        wrong = verification.problems(
            lambda: observe_group(session.clients, facts),
            facts.url,
            target.configuration,
            patience_seconds=patience,
            visits=state.gated,
            verified=verification.say_verified,
        )
    if wrong:
        raise RolloutError("verification failed", wrong)
    return replace(state.desired, verified=target.configuration)


def note_failure(session: Session, error: RolloutError, *, aborted: bool = False) -> None:
    """Write down that what is pending failed; a changed template with it holds the environment.

    Args:
        session: the command's.
        error: why it failed.
        aborted: whether a person ended it: then nothing is known to have failed.
    """
    again(lambda: _note_failure_once(session, error, aborted=aborted))


def _note_failure_once(session: Session, error: RolloutError, *, aborted: bool) -> None:
    ledger = session.store.read() or Ledger()
    pending = ledger.pending
    if pending is None or not error.judged:
        # A lack of capacity says nothing about the release: it may be tried again.
        session.store.write(replace(ledger, pending=None))
        return
    failure = Failure(pending.version, pending.spec_hash, error.what, clock.now(), session.run)
    session.store.write(ledgers.fail(ledger, failure))
    ended = "was aborted" if aborted else "failed"
    say(f"noted: {pending.version} {ended}: {error.what}", style="red")
    recorded = ledger.release
    spec_failed = recorded and recorded.spec_hash not in ("", pending.spec_hash)
    if pending.kind != "release" or not recorded or not spec_failed:
        return
    hold = Hold(
        kind="template",
        release=recorded.version,
        reason=f"the rollout of a changed template {ended}: revert or fix that change "
        f"({error.what})",
        by=session.run,
        since=clock.now(),
        spec_hash=pending.spec_hash,
    )
    # A hold that is there already has a reason of its own, and keeps it.
    with suppress(ConflictError):
        session.store.set_hold(hold, over=None)


def _is_pending(refresh: Refresh, pending: Pending | None) -> bool:
    """Whether a refresh leads to what the ledger says is under way."""
    target = refresh.target
    return (target is not None and pending is not None) and (
        (target.release, target.configuration.spec_hash) == (pending.version, pending.spec_hash)
    )


def _leads_to(refresh: Refresh) -> Configuration:
    return refresh.target.configuration if refresh.target else Configuration("", "")


def _monitor(
    session: Session,
    state: State,
    target: Configuration,
    since: str,
    pending: Pending | None,
) -> RolloutMonitor:
    return RolloutMonitor(
        session.clients,
        state.facts,
        target,
        # A refresh that is Pending may have no start yet; without one every old failure counts.
        since or (pending.since if pending else clock.now()),
        session.run_record,
        new=state.gated,
        check=session.check_hold,
        ours=lambda: session.check_pending(pending),
    )


PERFORMERS: Mapping[type[Action], Callable[[Session, State, Any], DesiredState | None]] = {
    Watch: _watch,
    Wait: _wait,
    Abort: _abort,
    NoteFailure: _note_failure,
    Unhold: _unhold,
    Lower: _lower_group,
    BuildImage: _build_image,
    ApplyInfrastructure: _apply_infrastructure,
    Publish: _publish,
    Raise: _raise_group,
    Roll: _roll_group,
    Record: _record,
    Verify: _verify,
}
