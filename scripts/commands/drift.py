"""Say where an environment differs from what it should be, and where main is ahead of it.

Changes nothing. Ends with 1 where something differs; what is only waiting is no difference.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.adapters.aws.clients import Clients, connect
from scripts.adapters.aws.observe import observe, observe_group, open_state_store
from scripts.adapters.terraform.inputs import inputs_hash
from scripts.base import clock, command, release_version
from scripts.base.console import output, step
from scripts.base.errors import SlipwayError
from scripts.base.project import ROOT, Project
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import Configuration, ObservedState
from scripts.domain.plan_changes import Change
from scripts.operations import verification
from scripts.workflow_steps.preview_plan import planned_changes

UNDER_WAY = timedelta(hours=6)
"""How long a job of GitHub's runners may take ("Actions limits"): a deployment that began earlier
is one that nobody works on any more."""


@dataclass(frozen=True)
class Drift:
    """Where an environment stands; every text is one line.

    Attributes:
        busy: what is under way, so that nothing was judged; empty where nothing is.
        ahead: what main has and the environment has not: it waits for somebody or something.
        fleet: what keeps instances and answers from being the recorded release, and what a
            deployment that died left.
        changes: what Terraform would put back, sorted by address.
    """

    busy: str = ""
    ahead: tuple[str, ...] = ()
    fleet: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the environment is not what it was left as."""
        return bool(self.fleet or self.changes)


def find(clients: Clients, project: Project, environment: str) -> Drift:
    """Look where an environment differs.

    Raises:
        UnknownStateError: parts of it are missing or cannot be read.
        SlipwayError: Terraform cannot plan.
    """
    observed = observe(
        clients, project, environment, open_state_store(clients, project, environment)
    )
    book = observed.ledger or Ledger()
    if observed.facts is None or observed.group is None:
        return Drift(ahead=("its infrastructure does not exist yet",))
    if busy := _busy(observed, book):
        return Drift(busy=busy)
    applied = book.inputs == inputs_hash(ROOT / "infra" / "envs" / environment)
    return Drift(
        ahead=tuple(_ahead(observed, book, applied=applied)),
        fleet=(*_left_behind(book), *_fleet(clients, observed, book)),
        changes=tuple(planned_changes(clients, project, environment)) if applied else (),
    )


def _busy(observed: ObservedState, book: Ledger) -> str:
    if observed.refresh and observed.refresh.active:
        return (
            f"an instance refresh runs since {observed.refresh.started}: {observed.refresh.status}"
        )
    if book.pending and not _is_old(book.pending.since):
        return f"{book.pending.kind} since {book.pending.since} by {book.pending.run}"
    return ""


def _is_old(since: str) -> bool:
    return datetime.fromisoformat(clock.now()) - datetime.fromisoformat(since) > UNDER_WAY


def _left_behind(book: Ledger) -> list[str]:
    if book.pending is None:
        return []
    pending = book.pending
    return [f"{pending.kind} began at {pending.since} by {pending.run} and never ended"]


def _ahead(observed: ObservedState, book: Ledger, *, applied: bool) -> list[str]:
    lines = []
    version = release_version.version()
    recorded = book.release.version if book.release else "none"
    if version != recorded:
        failed = book.release and book.has_failed(version, book.release.spec_hash)
        why = ", which failed here before" if failed else ""
        lines.append(f"main names release {version}{why}; {recorded} is recorded")
    if not applied:
        lines.append("main's infrastructure is not applied yet, so no plan was compared")
    if observed.hold:
        lines.append(f"held: {observed.hold.sentence()}")
    return lines


def _fleet(clients: Clients, observed: ObservedState, book: Ledger) -> list[str]:
    facts, group = observed.existing.facts, observed.existing.group
    if book.release is None:
        raised = group.desired > 0
        return [f"{group.desired} instances are asked for before any release"] if raised else []
    wanted = Configuration(book.release.spec_hash, book.release.digest)
    with step(f"verifying that {facts.url} answers {book.release.version} only"):
        return verification.problems(
            lambda: observe_group(clients, facts),
            facts.url,
            wanted,
            # An instance that scaling has just launched may take this long.
            patience_seconds=facts.rollout.boot_deadline_seconds,
        )


def lines(drift: Drift) -> list[str]:
    """Return what a person reads of it in a terminal."""
    if drift.busy:
        return [f"under way, so nothing was judged: {drift.busy}"]
    found = [f"differs  {one}" for one in drift.fleet]
    found += [f"differs  {shown(one)}" for one in drift.changes]
    return [*(found or ["nothing differs"]), *(f"ahead    {one}" for one in drift.ahead)]


def shown(change: Change) -> str:
    """Return a change as one line without values: they may be anybody's."""
    attributes = f" ({', '.join(change.names)})" if change.names else ""
    return f"{change.address}: Terraform would {change.verb} it{attributes}"


def main(arguments: list[str]) -> int:
    """Print what differs."""
    environment = command.arguments_parser(__doc__).parse_args(arguments).environment
    project = Project.load()
    drift = find(connect(project), project, environment)
    for line in lines(drift):
        output(line)
    return SlipwayError.exit_code if drift.differs else 0
