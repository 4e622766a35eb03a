"""The observed state as seen from one desired state."""

from scripts.domain.actions import Target
from scripts.domain.desired_state import DesiredState
from scripts.domain.ledger import Ledger, Pending, Release
from scripts.domain.observed_state import (
    ENDED_BADLY,
    NO_RELEASE,
    Configuration,
    Group,
    ObservedState,
    Refresh,
    TemplateVersion,
)


class Assessment:
    """The observed state as seen from a desired one; each row of the table asks it."""

    def __init__(self, observed: ObservedState, desired: DesiredState) -> None:
        self.observed = observed
        self.desired = desired
        self.ledger: Ledger = observed.ledger or Ledger()
        self.recorded: Release | None = self.ledger.release
        self.pending: Pending | None = self.ledger.pending
        self.deploys = desired.verb == "deploy"

    @property
    def group(self) -> Group:
        """The group; only asked once it exists."""
        return self.observed.existing.group

    @property
    def exists(self) -> bool:
        """Whether the infrastructure was ever applied to its end."""
        return self.observed.exists

    @property
    def refresh(self) -> Refresh | None:
        """The refresh that AWS works on."""
        refresh = self.observed.refresh
        return refresh if refresh and refresh.active else None

    @property
    def newest(self) -> TemplateVersion:
        """The newest version of the newest spec."""
        return self.observed.existing.templates.newest

    @property
    def latest(self) -> TemplateVersion:
        """The version with the highest number."""
        return self.observed.existing.templates.latest

    @property
    def resting(self) -> Configuration:
        """What Terraform renders: the recorded release, or none, on the newest spec."""
        digest = self.recorded.digest if self.recorded else NO_RELEASE
        return Configuration(self.newest.configuration.spec_hash, digest)

    @property
    def settled(self) -> Configuration:
        """What Terraform will render once the target is recorded."""
        digest = self.target.configuration.digest
        return Configuration(self.newest.configuration.spec_hash, digest)

    @property
    def spec_moved_on(self) -> bool:
        """Whether a hold is about a spec that is no longer the newest."""
        hold = self.observed.hold
        if hold is None or hold.kind != "template" or not self.exists:
            return False
        return self.newest.configuration.spec_hash != hold.spec_hash

    @property
    def inputs_differ(self) -> bool:
        """Whether the infrastructure is asked for and is not the applied one."""
        inputs = self.desired.inputs
        return inputs is not None and (not self.exists or self.ledger.inputs != inputs)

    @property
    def held(self) -> bool:
        """Whether a hold blocks it; one about a spec lets a change of spec pass."""
        hold = self.observed.hold
        if hold is None or not self.deploys:
            return False
        return hold.kind != "template" or not (self.spec_moved_on or self.inputs_differ)

    @property
    def strayed(self) -> bool:
        """Whether the group itself launches something that was never recorded."""
        if self.recorded is None:
            return False
        return self.group.version.configuration.digest != self.recorded.digest

    @property
    def finished_unseen(self) -> bool:
        """Whether what is pending runs everywhere, though no run has recorded it."""
        pending = self.pending
        if pending is None or pending.kind == "infrastructure":
            return False
        version = self.group.version
        return (
            (version.release, version.configuration.spec_hash)
            == (pending.version, pending.spec_hash)
            and self.group.runs_only(version.configuration)
            and (self.group.complete or self.recorded is not None)
        )

    @property
    def failed_unseen(self) -> bool:
        """Whether the refresh of what is pending ended badly, though no run has noted it."""
        pending, refresh = self.pending, self.observed.refresh
        if pending is None or refresh is None or refresh.target is None:
            return False
        pair = (refresh.target.release, refresh.target.configuration.spec_hash)
        return (
            pair == (pending.version, pending.spec_hash)
            and refresh.status in ENDED_BADLY
            and refresh.started >= pending.since
        )

    @property
    def going_back(self) -> bool:
        """Whether the next rollout is of the recorded release rather than of the desired one."""
        return self.desired.verb == "recover" or (self.deploys and self.strayed)

    @property
    def target(self) -> Target:
        """What every instance should be in the end, as far as it is known now."""
        if self.going_back:
            version = self.recorded.version if self.recorded else NO_RELEASE
            return Target(self._back, version)
        digest = self.desired.digest or ""
        base = self.newest if self.deploys else self.group.version
        spec_hash = base.configuration.spec_hash
        return Target(Configuration(spec_hash, digest), self.desired.version)

    @property
    def _back(self) -> Configuration:
        if self.recorded is None:
            return self.resting
        spec_hashes = [version.configuration.spec_hash for version in self._candidates]
        own = self.group.version.configuration.spec_hash
        verified = self.recorded.spec_hash
        return Configuration(verified if verified in spec_hashes else own, self.recorded.digest)

    @property
    def _candidates(self) -> tuple[TemplateVersion, ...]:
        return (self.newest, self.group.version, self.latest)

    @property
    def source(self) -> TemplateVersion:
        """The version to publish `target` from: one of its spec."""
        spec_hash = self.target.configuration.spec_hash
        return next(v for v in self._candidates if v.configuration.spec_hash == spec_hash)

    @property
    def at_target(self) -> bool:
        """Whether the group launches what is desired and has nothing else.

        An instance that is just being replaced does not matter, but for the first release: there
        the launch itself is the roll.
        """
        up = self.group.complete or self.recorded is not None
        return up and self.group.runs_only(self.target.configuration)

    @property
    def recorded_at_target(self) -> bool:
        """Whether the ledger says so too, and nothing is pending."""
        return (
            self.recorded is not None
            and Configuration(self.recorded.spec_hash, self.recorded.digest)
            == self.target.configuration
            and self.pending is None
        )
