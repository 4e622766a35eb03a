"""A hold: that nothing new may be released to an environment, by whom, since when and why."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from scripts.base.errors import UnknownStateError
from scripts.domain.ledger import without_references

HoldKind = Literal["rollback", "template", "manual"]


@dataclass(frozen=True)
class Hold:
    """A hold.

    Attributes:
        kind: `rollback` after a rollback, `template` after a failed template, `manual`.
        release: the version that the environment is held at; empty where none runs.
        reason: in a person's words, or what failed.
        by: who set it.
        since: when (UTC, ISO 8601).
        done: when the rollback that set it had ended well; empty while it is under way, so that
            one that was killed is continued and not begun anew.
        spec_hash: the spec that failed, for kind `template`; the hold ends when the spec changes.
    """

    kind: HoldKind
    release: str
    reason: str
    by: str
    since: str
    spec_hash: str = ""
    done: str = ""

    def sentence(self) -> str:
        """Say who held it, since when and why."""
        return f"held by {self.by} since {self.since} ({self.kind}): {self.reason}"


def dump(hold: Hold) -> str:
    """Return the hold as JSON that SSM takes."""
    return without_references(json.dumps(asdict(hold)))


def load(text: str) -> Hold:
    """Read a hold.

    Raises:
        UnknownStateError: it is none.
    """
    try:
        return Hold(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise UnknownStateError(
            "the hold cannot be read", which=str(error), next_step="To remove it: make unhold"
        ) from error
