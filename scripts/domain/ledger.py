"""The ledger of an environment: what it runs, what it ran, what failed, what is under way.

Pure values and rules; `state_store.py` keeps them in SSM. Every change returns a new ledger.
"""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from scripts.base.errors import UnknownStateError

SCHEMA = 1
EARLIER = 8
FAILED = 5
CHARACTERS = 4000
"""SSM holds 4 KB in a standard parameter."""

CAUSE_CHARACTERS = 160
PendingKind = Literal["infrastructure", "release", "rollback"]


@dataclass(frozen=True)
class Rejection:
    """That a person rolled a release back: who, and when (UTC, ISO 8601)."""

    by: str
    at: str


@dataclass(frozen=True)
class Release:
    """A release that was verified.

    Attributes:
        version: 12 hex digits, also the image's tag.
        digest: of the image, `sha256:…`, as the registry reports it.
        commit: that was checked out; of uncommitted edits only the version knows.
        at: when it was recorded (UTC, ISO 8601).
        run: who recorded it.
        spec_hash: hash of the template's spec that it was verified on.
        rejected: set once a person rolled it back.
    """

    version: str
    digest: str
    commit: str
    at: str
    run: str
    spec_hash: str = ""
    rejected: Rejection | None = None


@dataclass(frozen=True)
class Failure:
    """A pair of release and spec that did not work."""

    version: str
    spec_hash: str
    cause: str
    at: str
    run: str


@dataclass(frozen=True)
class Pending:
    """What is under way, written before the first act."""

    kind: PendingKind
    version: str
    spec_hash: str
    commit: str
    run: str
    since: str


@dataclass(frozen=True)
class Ledger:
    """See DESIGN's contract: `release` is the recorded one, running and verified."""

    release: Release | None = None
    earlier: tuple[Release, ...] = ()
    failed: tuple[Failure, ...] = ()
    inputs: str | None = None
    commit: str | None = None
    pending: Pending | None = None
    schema: int = field(default=SCHEMA)

    def known(self, version: str) -> Release | None:
        """Return a recorded release by its version, the current one included."""
        releases = (self.release, *self.earlier)
        return next((known for known in releases if known and known.version == version), None)

    def before(self) -> Release | None:
        """Return the newest release before the current one that was not rejected."""
        return next((release for release in self.earlier if not release.rejected), None)

    def has_failed(self, version: str, spec_hash: str) -> bool:
        """Whether this pair of release and spec is among the last failures."""
        return any(
            (failure.version, failure.spec_hash) == (version, spec_hash) for failure in self.failed
        )


def begin(ledger: Ledger, pending: Pending) -> Ledger:
    """Write ahead what comes next; infrastructure is unknown from here until it is applied."""
    inputs = None if pending.kind == "infrastructure" else ledger.inputs
    return replace(ledger, pending=pending, inputs=inputs, commit=pending.commit or ledger.commit)


def applied(ledger: Ledger, inputs: str, commit: str) -> Ledger:
    """Note that the infrastructure of these inputs stands."""
    return replace(ledger, inputs=inputs, commit=commit or ledger.commit, pending=None)


def take_back(ledger: Ledger, inputs: str | None) -> Ledger:
    """Note that the infrastructure which was written ahead was not touched: it stands as before."""
    return replace(ledger, inputs=inputs, pending=None)


def record(ledger: Ledger, release: Release, rejected: Rejection | None = None) -> Ledger:
    """Make a verified release the recorded one.

    The one before it moves to `earlier`, marked where a person rolled it back. A release stands in
    the ledger once; being verified again takes its own mark and its own failure away.
    """
    current = ledger.release
    if current and (current.version, current.spec_hash) == (release.version, release.spec_hash):
        return replace(ledger, pending=None)
    past = list(ledger.earlier)
    if current:
        past.insert(0, replace(current, rejected=rejected))
    kept = [earlier for earlier in past if earlier.version != release.version]
    pair = (release.version, release.spec_hash)
    return replace(
        ledger,
        release=replace(release, rejected=None),
        earlier=tuple(kept[:EARLIER]),
        failed=tuple(other for other in ledger.failed if (other.version, other.spec_hash) != pair),
        pending=None,
    )


def fail(ledger: Ledger, failure: Failure) -> Ledger:
    """Note a pair that did not work; one pair stands there once, with its newest cause."""
    short = " ".join(failure.cause.split())[:CAUSE_CHARACTERS]
    others = [
        other
        for other in ledger.failed
        if (other.version, other.spec_hash) != (failure.version, failure.spec_hash)
    ]
    failed = (replace(failure, cause=short), *others)
    return replace(ledger, failed=failed[:FAILED], pending=None)


def dump(ledger: Ledger) -> str:
    """Return the ledger as JSON of at most 4,000 characters, dropping the oldest where needed."""
    while len(text := _json(ledger)) > CHARACTERS:
        if len(ledger.failed) > 1:
            ledger = replace(ledger, failed=ledger.failed[:-1])
        elif ledger.earlier:
            ledger = replace(ledger, earlier=ledger.earlier[:-1])
        else:
            raise ValueError(f"a ledger of {len(text)} characters cannot be made shorter")
    return text


def _json(ledger: Ledger) -> str:
    values = asdict(ledger)
    if values["release"]:
        del values["release"]["rejected"]
    ordered = {"schema": values.pop("schema"), **values}
    return without_references(json.dumps(ordered, separators=(",", ":")))


def without_references(text: str) -> str:
    """Return text that SSM takes: it refuses "{{", a reference to another parameter."""
    return re.sub(r"\{(?=\{)", "{ ", text)


def load(text: str) -> Ledger:
    """Read a ledger; `{}`, as Terraform makes it, is an empty one.

    Raises:
        UnknownStateError: it is no ledger, or of another schema.
    """
    try:
        values = json.loads(text)
        if not values:
            return Ledger()
        if values["schema"] != SCHEMA:
            raise ValueError(f"schema {values['schema']}, this clone reads {SCHEMA}")  # noqa: TRY301
        return Ledger(
            release=_release(values["release"]),
            earlier=tuple(filter(None, map(_release, values["earlier"]))),
            failed=tuple(Failure(**failure) for failure in values["failed"]),
            inputs=values["inputs"],
            commit=values["commit"],
            pending=Pending(**values["pending"]) if values["pending"] else None,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownStateError(
            "the ledger cannot be read",
            which=f"{type(error).__name__}: {error}",
            next_step="Its earlier values: aws ssm get-parameter-history --name /NAME/ENV/ledger",
        ) from error


def _release(values: dict[str, Any] | None) -> Release | None:
    if not values:
        return None
    mark = values.get("rejected")
    return Release(**{**values, "rejected": Rejection(**mark) if mark else None})
