"""Whether a deploy has something to do in an environment, and why not where it has not: pure."""

from dataclasses import dataclass
from typing import Literal

from scripts.domain.assessment import Assessment, DesiredState
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import ObservedState

Kind = Literal["overtaken", "held", "unverified", "failed-before", "unchanged", "work"]


@dataclass(frozen=True)
class Asked:
    """What the run asks for.

    Attributes:
        wanted: the release and the infrastructure of this commit.
        overtaken_by: the newer commit of main that was acted on already; empty otherwise.
        promoted_from: name of the environment that has to have verified the release; empty for the
            first one.
        verified: that environment's ledger.
    """

    wanted: DesiredState
    overtaken_by: str = ""
    promoted_from: str = ""
    verified: Ledger | None = None


@dataclass(frozen=True)
class Verdict:
    """What comes of it.

    Attributes:
        kind: `work`: something changes; `unchanged`: only looking, to verify; the others: nothing.
        why: in words for a person.
        infrastructure: whether Terraform has to run.
    """

    kind: Kind
    why: str
    infrastructure: bool = False

    @property
    def acts(self) -> bool:
        """Whether the release step runs."""
        return self.kind in ("work", "unchanged")


def judge(observed: ObservedState, asked: Asked) -> Verdict:
    """Say what a deploy has to do."""
    assessment = Assessment(observed, asked.wanted)
    if asked.overtaken_by:
        return Verdict("overtaken", f"main has moved on: {asked.overtaken_by} was acted on already")
    if assessment.held and observed.hold:
        return Verdict("held", observed.hold.sentence())
    if reason := _unverified(asked):
        return Verdict("unverified", reason)
    if assessment.inputs_differ:
        what = "the infrastructure's inputs are not the applied ones"
        return Verdict("work", what, infrastructure=True)
    if not assessment.exists:
        return Verdict("unverified", "the environment does not exist")
    if _failed_before(assessment):
        return Verdict(
            "failed-before",
            f"release {asked.wanted.version} failed on this template before, and a push does not "
            "try the same pair again",
        )
    if assessment.at_target and assessment.recorded_at_target and not assessment.going_back:
        return Verdict("unchanged", f"release {asked.wanted.version} runs already")
    return Verdict("work", f"release {asked.wanted.version} is not what runs")


def _unverified(asked: Asked) -> str:
    """Say why the release may not be promoted; empty where it may."""
    first, version, digest = asked.promoted_from, asked.wanted.version, asked.wanted.digest
    if not first:
        return ""
    book = asked.verified or Ledger()
    known = [one for one in (book.release, *book.earlier) if one and one.digest == digest]
    if not known:
        return f"{first} has not verified release {version}"
    if known[0].rejected:
        return f"{first} rejected release {version} ({known[0].rejected.by})"
    return ""


def _failed_before(assessment: Assessment) -> bool:
    wanted = assessment.wanted
    spec = assessment.newest.configuration.spec_hash
    return (
        not wanted.retry
        and not assessment.at_target
        and assessment.ledger.has_failed(wanted.version, spec)
    )
