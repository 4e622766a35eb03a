"""One command's work on one environment: what stays the same from its first look to its end."""

from dataclasses import dataclass

from scripts.adapters.aws.clients import Clients
from scripts.adapters.aws.observe import observe, open_state_store
from scripts.adapters.aws.state_store import StateStore
from scripts.base import clock, place
from scripts.base.errors import OvertakenError
from scripts.base.project import Project
from scripts.domain.actions import Target
from scripts.domain.desired_state import DesiredState
from scripts.domain.ledger import Ledger, Pending, PendingKind, Rejection, begin
from scripts.domain.observed_state import ObservedState
from scripts.domain.plan_review import Judge
from scripts.reporting.run_record import RunRecord


@dataclass(frozen=True)
class Session:
    """What every action of one command is given.

    Attributes:
        clients: AWS.
        project: the project.
        environment: which one.
        store: its ledger and hold.
        commit: the commit that the desired release comes from; empty where none does.
        run_record: takes in what happens, for the report.
        rejected: mark for the release that a rollback replaces.
        ends_on_hold: whether a hold that appears ends the command.
        despite_alarms: whether a deploy goes on whatever the alarms say.
        judge: refuses infrastructure that was not reviewed; None applies whatever is planned.
    """

    clients: Clients
    project: Project
    environment: str
    store: StateStore
    commit: str
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
        run_record: RunRecord,
        *,
        commit: str = "",
        despite_alarms: bool = False,
        judge: Judge | None = None,
    ) -> "Session":
        """Return a session that has looked at nothing yet."""
        return cls(
            clients,
            project,
            environment,
            open_state_store(clients, project, environment),
            commit,
            run_record,
            despite_alarms=despite_alarms,
            judge=judge,
        )

    @property
    def run(self) -> str:
        """Who acts."""
        return self.run_record.run

    @property
    def name(self) -> str:
        """Name of the environment's group, for messages."""
        return f"{self.project.name}-{self.environment}"

    def observe(self) -> ObservedState:
        """Look at the environment."""
        return observe(self.clients, self.store)

    def write_ahead(self, ledger: Ledger, desired: DesiredState, target: Target) -> Ledger:
        """Write what comes next into the ledger, unless it says so already.

        Args:
            ledger: as read last.
            desired: what the command asks for.
            target: what the rollout leads to.

        Returns:
            The ledger as it is now.

        Raises:
            ConflictError: another run wrote since it was read.
        """
        kind: PendingKind = "rollback" if desired.verb == "roll_back" else "release"
        spec_hash = target.configuration.spec_hash
        pending = ledger.pending
        if pending and (pending.kind, pending.version, pending.spec_hash) == (
            kind,
            target.release,
            spec_hash,
        ):
            return ledger
        commit = self.commit if target.release == desired.version else ""
        begun = Pending(kind, target.release, spec_hash, commit, self.run, clock.now())
        return self.store.write(begin(ledger, begun))

    def check_hold(self) -> None:
        """End a deploy that a hold has overtaken.

        Raises:
            OvertakenError: the environment was held meanwhile.
        """
        if not self.ends_on_hold:
            return
        hold = self.store.hold()
        if hold and hold.kind != "template":
            raise OvertakenError(
                f"overtaken: {self.name} was held while this command worked on it",
                which=hold.sentence(),
                next_step=f"This command changes nothing more. See: {self._status}",
            )

    def check_pending(self, expected: Pending | None) -> None:
        """End a command whose rollout another command has ended.

        Args:
            expected: what the ledger has to say is pending; None where nothing was.

        Raises:
            OvertakenError: what was written ahead is no longer pending.
        """
        if expected is None:
            return
        ledger = self.store.read() or Ledger()
        if ledger.pending == expected:
            return
        failures = [one for one in ledger.failed if one.version == expected.version]
        raise OvertakenError(
            f"overtaken: another command ended this rollout of {self.name}",
            which=failures[0].cause if failures else "",
            next_step=f"This command changes nothing more. See: {self._status}",
        )

    @property
    def _status(self) -> str:
        return place.command("status", self.environment)
