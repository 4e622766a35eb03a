"""Every world and wish that the decision table knows apart, and a model of what acts do."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from scripts.domain import ledger
from scripts.domain.actions import Action, Publish, Raise, Record, Roll, Target, Verify
from scripts.domain.desired_state import DesiredState
from scripts.domain.facts import Capacity, Facts, Rollout
from scripts.domain.holds import Hold
from scripts.domain.ledger import Failure, Ledger, Pending, Release
from scripts.domain.observed_state import (
    NO_RELEASE,
    Configuration,
    Group,
    Instance,
    ObservedState,
    Refresh,
    Templates,
    TemplateVersion,
)

OLD, NEW = "shape-old", "shape-new"
DIGESTS = {"a": "sha256:a", "b": "sha256:b", "c": "sha256:c", NO_RELEASE: NO_RELEASE}
BEGAN, BEFORE = "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"

FACTS = Facts(
    environment="dev",
    url="http://127.0.0.1:1",
    group="slipway-dev",
    template="slipway-dev",
    target_group_arn="arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/x/1",
    log_group="/slipway/dev",
    alarms=(),
    capacity=Capacity(2),
    rollout=Rollout(False, 0, 0, 1, 150, 1, 1, 30, 1),
)


def version(number: int, release: str, spec: str) -> TemplateVersion:
    return TemplateVersion(number, Configuration(spec, DIGESTS[release]), release)


def instance(configuration: Configuration, release: str = "", state: str = "InService") -> Instance:
    name = f"i-{abs(hash((configuration, release, state))) % 16**8:08x}"
    return Instance(name, "eu-central-1a", state, "Healthy", "healthy", release, configuration)


def recorded(release: str, spec: str = OLD) -> Release:
    return Release(release, DIGESTS[release], "c" * 40, BEFORE, "somebody", spec)


def pending(kind: Any, release: str, spec: str) -> Pending:
    return Pending(kind, release, spec, "d" * 40, "somebody", BEGAN)


GROUPS = [version(1, NO_RELEASE, OLD)] + [
    version(2, release, spec) for release, spec in product("abc", (OLD, NEW))
]
FLEETS = ("as the group", "mixed", "none")
TEMPLATES = [
    Templates(version(7, "a", OLD), version(7, "a", OLD)),
    Templates(version(7, "b", OLD), version(7, "b", OLD)),
    Templates(version(7, "a", NEW), version(7, "a", NEW)),
    Templates(version(7, "b", NEW), version(7, "b", NEW)),
    Templates(version(8, "a", OLD), version(7, "b", NEW)),
    Templates(version(7, NO_RELEASE, NEW), version(7, NO_RELEASE, NEW)),
]
REFRESHES = [
    None,
    Refresh("r", "InProgress", version(7, "b", NEW), BEGAN),
    Refresh("r", "Baking", version(7, "c", OLD), BEGAN),
    Refresh("r", "RollbackInProgress", version(7, "b", NEW), BEGAN),
    Refresh("r", "RollbackSuccessful", version(7, "b", NEW), BEGAN),
    Refresh("r", "Failed", version(7, "b", NEW), BEFORE),
]
PENDING = [
    None,
    pending("infrastructure", "", ""),
    pending("release", "b", NEW),
    pending("release", "c", OLD),
    pending("rollback", "a", OLD),
]
HOLDS = [
    None,
    Hold("manual", "a", "because", "somebody", BEFORE),
    Hold("template", "a", "because", "somebody", BEFORE, spec_hash=NEW),
]
FAILED = [(), (Failure("b", NEW, "it broke", BEFORE, "somebody"),)]
WANTED = [
    DesiredState("deploy", "b", DIGESTS["b"], inputs="same"),
    DesiredState("deploy", "b", None, inputs="other"),
    DesiredState("deploy", "a", DIGESTS["a"], inputs="same", wait=True),
    DesiredState("deploy", "b", DIGESTS["b"], inputs=None, retry=False),
    DesiredState("roll_back", "a", DIGESTS["a"]),
    DesiredState("roll_back", "c", DIGESTS["c"]),
]


def fleet(group: TemplateVersion, kind: str) -> tuple[Instance, ...]:
    if kind == "none":
        return ()
    own = instance(group.configuration, group.release)
    if kind == "mixed":
        other = version(3, "a" if group.release != "a" else "b", OLD)
        return (own, instance(other.configuration, other.release))
    return (own, replace(own, id=f"{own.id}2"))


def observed_states() -> Iterator[ObservedState]:
    """The worlds of an environment whose infrastructure exists, and those before it does."""
    yield ObservedState()
    yield ObservedState(ledger=Ledger())
    for release, group, kind, templates, refresh, under_way, hold in product(
        (None, "a"), GROUPS, FLEETS, TEMPLATES, REFRESHES, PENDING, HOLDS
    ):
        if hold is not None and (kind == "mixed" or templates.latest.release == "c"):
            continue
        instances = fleet(group, kind)
        yield ObservedState(
            ledger=Ledger(
                release=recorded(release) if release else None,
                earlier=(recorded("c"),),
                failed=FAILED[1] if templates.latest.release == "b" else (),
                inputs="same",
                pending=under_way,
            ),
            hold=hold,
            facts=FACTS,
            templates=templates,
            group=Group(group, 0, 4, len(instances), instances),
            refresh=refresh,
        )


def goals(observed: ObservedState) -> Iterator[DesiredState]:
    """What can be desired of a world; recovering always means its own recorded release."""
    yield from WANTED
    release = observed.ledger.release if observed.ledger else None
    if release:
        yield DesiredState("recover", release.version, release.digest)
    else:
        yield DesiredState("recover", NO_RELEASE, NO_RELEASE)


class Model:
    """A world in which every act does at once what it is for."""

    def __init__(self, observed: ObservedState, desired: DesiredState) -> None:
        self.observed = observed
        self.desired = desired

    def act(self, action: Action) -> None:
        getattr(self, f"_{action.kind}")(action)

    @property
    def _ledger(self) -> Ledger:
        return self.observed.ledger or Ledger()

    def _set(self, **changes: Any) -> None:
        self.observed = replace(self.observed, **changes)

    def _ahead(self, target: Target) -> None:
        kind = "rollback" if self.desired.verb == "roll_back" else "release"
        under_way = pending(kind, target.release, target.configuration.spec_hash)
        under_way = replace(under_way, since="2026-01-03T00:00:00Z")
        self._set(ledger=ledger.begin(self._ledger, under_way))

    def _become(self, now: TemplateVersion, count: int = 2) -> None:
        assert self.observed.group
        own = instance(now.configuration, now.release)
        instances = tuple(replace(own, id=f"i-{index}") for index in range(count))
        self._set(
            group=replace(self.observed.group, version=now, desired=count, instances=instances)
        )

    def _image(self, _: Action) -> None:
        self.desired = replace(self.desired, digest=DIGESTS[self.desired.version])

    def _infrastructure(self, _: Action) -> None:
        release = self._ledger.release
        rendered = version(90, release.version if release else NO_RELEASE, NEW)
        self._set(
            ledger=replace(self._ledger, inputs=self.desired.inputs, pending=None),
            templates=Templates(rendered, rendered),
            facts=FACTS,
            group=self.observed.group or Group(rendered, 0, 4, 0, ()),
        )

    def _publish(self, action: Publish) -> None:
        assert self.observed.templates
        target = action.target
        spec_hash = target.configuration.spec_hash
        assert action.source.configuration.spec_hash == spec_hash
        if action.begins_rollout:
            self._ahead(target)
        number = self.observed.templates.latest.number + 1
        made = TemplateVersion(number, target.configuration, target.release)
        newest = self.observed.templates.newest
        same = newest.configuration.spec_hash == spec_hash
        self._set(templates=Templates(made, made if same else newest))

    def _raise(self, action: Raise | Roll) -> None:
        self._ahead(action.target)
        assert self.observed.templates
        self._become(self.observed.templates.latest)

    def _roll(self, action: Roll) -> None:
        assert self.observed.templates
        assert self.observed.templates.latest.configuration == action.target.configuration
        self._raise(action)

    def _lower(self, _: Action) -> None:
        assert self.observed.group
        self._become(self.observed.group.version, count=0)

    def _watch(self, _: Action) -> None:
        refresh, group = self.observed.refresh, self.observed.group
        assert refresh
        assert refresh.target
        assert group
        if refresh.status == "RollbackInProgress":
            self._become(group.version, max(group.desired, 1))
            self._set(refresh=replace(refresh, status="RollbackSuccessful"))
        else:
            self._become(refresh.target, max(group.desired, 1))
            self._set(refresh=replace(refresh, status="Successful"))

    _wait = _watch

    def _abort(self, _: Action) -> None:
        group, refresh = self.observed.group, self.observed.refresh
        assert group
        assert refresh
        self._become(group.version, max(group.desired, 1))
        self._set(refresh=replace(refresh, status="RollbackSuccessful"))
        self._note_failure(_)

    def _note_failure(self, _: Action) -> None:
        under_way = self._ledger.pending
        if under_way:
            failure = Failure(under_way.version, under_way.spec_hash, "x", BEGAN, "somebody")
            self._set(ledger=ledger.fail(self._ledger, failure))

    def _record(self, action: Record) -> None:
        target = action.target
        made = Release(
            target.release,
            target.configuration.digest,
            "c" * 40,
            BEGAN,
            "somebody",
            target.configuration.spec_hash,
        )
        self._set(ledger=ledger.record(self._ledger, made))
        self._verify(action)

    def _verify(self, action: Record | Verify) -> None:
        self.desired = replace(self.desired, verified=action.target.configuration)

    def _unhold(self, _: Action) -> None:
        self._set(hold=None)
