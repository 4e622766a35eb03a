"""What an act is given: the environment, what is wanted, and the world as it was just seen."""

from dataclasses import dataclass, replace

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.observe import open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.base import clock
from scripts.base.errors import OvertakenError
from scripts.base.project import Project
from scripts.domain import ledger
from scripts.domain.assessment import Action, DesiredState
from scripts.domain.facts import Facts
from scripts.domain.ledger import Ledger, Pending, PendingKind, Rejection
from scripts.domain.observed_state import Configuration, Group, ObservedState, TemplateVersion
from scripts.domain.plan_review import Judge
from scripts.reporting.run_record import RunRecord


@dataclass
class Turn:
    """One command's work on one environment; `wanted` and `world` change as it goes on.

    Attributes:
        clients: AWS.
        project: the project.
        environment: which one.
        store: its ledger and hold.
        wanted: what the command asks for.
        commit: the commit that the wanted release comes from.
        world: as seen last.
        story: what happens, for the report.
        rejected: mark for the release that a roll-back replaces.
        ends_on_hold: whether a hold that appears ends the command.
        despite_alarms: whether a deploy goes on whatever the alarms say.
        judge: refuses infrastructure that was not reviewed; None applies whatever is planned.
    """

    clients: Clients
    project: Project
    environment: str
    store: StateStore
    wanted: DesiredState
    commit: str
    observed: ObservedState
    run_record: RunRecord
    rejected: Rejection | None = None
    ends_on_hold: bool = True
    despite_alarms: bool = False
    judge: Judge | None = None

    @classmethod
    def begin(
        cls,
        clients: Clients,
        project: Project,
        environment: str,
        wanted: DesiredState,
        *,
        commit: str,
        run_record: RunRecord,
    ) -> "Turn":
        """Return a turn that has seen nothing yet."""
        store = open_state_store(clients, project, environment)
        return cls(
            clients, project, environment, store, wanted, commit, ObservedState(), run_record
        )

    @property
    def run(self) -> str:
        """Who acts."""
        return self.run_record.run

    @property
    def name(self) -> str:
        """Name of the environment's group, for messages."""
        return f"{self.project.name}-{self.environment}"

    @property
    def facts(self) -> Facts:
        """The environment's facts; only asked once they exist."""
        return self.observed.existing.facts

    @property
    def group(self) -> Group:
        """The group; only asked once it exists."""
        return self.observed.existing.group

    @property
    def book(self) -> Ledger:
        """The ledger as seen last; an empty one where there is none."""
        return self.observed.ledger or Ledger()

    def is_pending(self, version: TemplateVersion | None) -> bool:
        """Whether a template version is what the ledger says is under way."""
        pending = self.book.pending
        return (version is not None and pending is not None) and (
            (version.release, version.configuration.spec_hash)
            == (pending.version, pending.spec_hash)
        )

    def write(self, changed: Ledger) -> None:
        """Replace the ledger."""
        self.observed = replace(self.observed, ledger=self.store.write(changed))

    def write_ahead(self, action: Action) -> None:
        """Note what comes next, unless that is what the ledger says already."""
        kind: PendingKind = "rollback" if self.wanted.verb == "roll_back" else "release"
        template = wanted_of(action).spec_hash
        pending = self.book.pending
        if pending and (pending.kind, pending.version, pending.spec_hash) == (
            kind,
            action.release,
            template,
        ):
            return
        commit = self.commit if action.release == self.wanted.version else ""
        begun = Pending(kind, action.release, template, commit, self.run, clock.now())
        self.write(ledger.begin(self.book, begun))

    def check_hold(self) -> None:
        """End a deploy that somebody's hold has overtaken.

        Raises:
            OvertakenError: the environment is held since.
        """
        if not self.ends_on_hold:
            return
        hold = self.store.hold()
        if hold and hold.kind != "template":
            raise OvertakenError(
                f"overtaken: {self.name} was held while this command worked on it",
                which=hold.sentence(),
                next_step=f"Nothing more is touched. See: make status ENV={self.environment}",
            )

    def check_ours(self) -> None:
        """End a command that somebody has overtaken, be it with a hold or in the ledger.

        Raises:
            OvertakenError: as `check_hold` and `check_pending` do.
        """
        self.check_hold()
        self.check_pending()

    def check_pending(self) -> None:
        """End a command whose roll somebody else has ended.

        Raises:
            OvertakenError: what it wrote ahead is pending no more.
        """
        before = self.book.pending
        self.observed = replace(self.observed, ledger=self.store.read())
        if before is None or self.book.pending == before:
            return
        failures = [one for one in self.book.failed if one.version == before.version]
        raise OvertakenError(
            f"overtaken: somebody else ended this roll of {self.name}",
            which=failures[0].cause if failures else "",
            next_step=f"Nothing more is touched. See: make status ENV={self.environment}",
        )


def wanted_of(action: Action) -> Configuration:
    """Return the configuration that an action is about."""
    if action.configuration is None:
        raise ValueError(f"{action.kind} needs a configuration")
    return action.configuration
