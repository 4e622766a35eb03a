"""What a command asks for."""

from dataclasses import dataclass
from typing import Literal

from scripts.domain.observed_state import Configuration

Verb = Literal["deploy", "roll_back", "recover"]


@dataclass(frozen=True)
class DesiredState:
    """What a command asks for.

    Attributes:
        verb: `deploy` (this working tree), `roll_back` (to a recorded release), `recover` (the
            recorded release on every instance again, after a failure).
        version: of the desired release; "none" to recover where none is recorded.
        digest: of its image, None while the registry does not hold it.
        inputs: hash of the infrastructure's inputs; None leaves the infrastructure alone.
        retry: try a pair of release and spec again that failed before.
        wait: let a refresh to something else end first, instead of refusing.
        verified: what this run has verified already.
    """

    verb: Verb
    version: str
    digest: str | None
    inputs: str | None = None
    retry: bool = True
    wait: bool = False
    verified: Configuration | None = None
