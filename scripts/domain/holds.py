"""A hold: that nothing new may be released to an environment, by whom, since when and why."""

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from scripts.base import place
from scripts.base.errors import UnknownStateError
from scripts.base.markdown import plain

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
        revision: the store's name for it; empty while it is not stored.
    """

    kind: HoldKind
    release: str
    reason: str
    by: str
    since: str
    spec_hash: str = ""
    done: str = ""
    revision: str = field(default="", compare=False, repr=False)

    def sentence(self) -> str:
        """Say who held it, since when and why; a long reason is cut."""
        return f"held by {self.by} since {self.since} ({self.kind}): {plain(self.reason)}"


def dump(hold: Hold) -> str:
    """Return the hold as JSON."""
    values = asdict(hold)
    del values["revision"]
    return json.dumps(values, indent=1)


def load(text: str, revision: str = "") -> Hold:
    """Read a hold.

    Args:
        text: as `dump` wrote it.
        revision: the store's name for it.

    Raises:
        UnknownStateError: it is none.
    """
    try:
        return Hold(**json.loads(text), revision=revision)
    except (ValueError, TypeError) as error:
        raise UnknownStateError(
            "the hold cannot be read",
            which=str(error),
            next_step=f"To remove it: {place.command('unhold', place.SOME)}",
        ) from error
