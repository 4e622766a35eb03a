"""Whether a deploy has something to do in an environment, and why not where it has not: pure.

Promotion and overtaking are the pipeline's own questions; all others are answered by `decide`.
"""

from dataclasses import dataclass, replace
from typing import Literal

from scripts.domain.actions import Refuse, Stop, Verify
from scripts.domain.decide import decide, infrastructure_reason
from scripts.domain.desired_state import DesiredState
from scripts.domain.ledger import Ledger
from scripts.domain.observed_state import ObservedState

Kind = Literal["overtaken", "held", "unverified", "failed-before", "unchanged", "work"]


@dataclass(frozen=True)
class Asked:
    """What the run asks for.

    Attributes:
        desired: the release and the infrastructure of this commit.
        overtaken_by: the newer commit of main that was acted on already; empty otherwise.
        promoted_from: name of the environment that has to have verified the release; empty for the
            first one.
        verified: that environment's ledger.
    """

    desired: DesiredState
    overtaken_by: str = ""
    promoted_from: str = ""
    verified: Ledger | None = None


@dataclass(frozen=True)
class Verdict:
    """What comes of it.

    Attributes:
        kind: `work`: something changes; `unchanged`: only a look, to verify; the others: nothing.
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
    if asked.overtaken_by:
        return Verdict("overtaken", f"main has moved on: {asked.overtaken_by} was already acted on")
    first = decide(observed, replace(asked.desired, wait=True))
    if isinstance(first, Refuse) and first.cause == "held":
        return Verdict("held", first.reason)
    if reason := _unverified(asked):
        return Verdict("unverified", reason)
    if reason := infrastructure_reason(observed, asked.desired):
        return Verdict("work", reason, infrastructure=True)
    if isinstance(first, Refuse):
        kind: Kind = "failed-before" if first.cause == "failed-before" else "unverified"
        return Verdict(kind, first.reason)
    version = asked.desired.version
    if isinstance(first, Verify | Stop):
        return Verdict("unchanged", f"release {version} is running already")
    return Verdict("work", f"release {version}: {first.reason}")


def _unverified(asked: Asked) -> str:
    """Say why the release may not be promoted; empty where it may."""
    first, version, digest = asked.promoted_from, asked.desired.version, asked.desired.digest
    if not first:
        return ""
    ledger = asked.verified or Ledger()
    known = [one for one in (ledger.release, *ledger.earlier) if one and one.digest == digest]
    if not known:
        return f"{first} has not verified release {version}"
    if known[0].rejected:
        return f"{first} rejected release {version} ({known[0].rejected.by})"
    return ""
