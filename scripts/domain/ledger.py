"""The ledger of an environment: what it runs, what it ran, what failed, what is under way.

Pure values and rules; `state_store.py` keeps them in S3. Every change returns a new ledger.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from scripts.base.errors import UnknownStateError

SCHEMA = 1
EARLIER = 8
FAILED = 5
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
    """What an environment runs, ran, and has under way.

    Attributes:
        release: the recorded one: running and verified.
        earlier: those before it, the newest first.
        failed: pairs of release and spec that did not work, the newest first.
        inputs: hash of the applied infrastructure; None where that is not known.
        commit: the newest one that was acted on.
        pending: what is under way.
        revision: the store's name for the value that this one was made from; empty for none. A
            write replaces that value and no other.
    """

    release: Release | None = None
    earlier: tuple[Release, ...] = ()
    failed: tuple[Failure, ...] = ()
    inputs: str | None = None
    commit: str | None = None
    pending: Pending | None = None
    revision: str = field(default="", compare=False, repr=False)

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
    others = [
        other
        for other in ledger.failed
        if (other.version, other.spec_hash) != (failure.version, failure.spec_hash)
    ]
    return replace(ledger, failed=(failure, *others)[:FAILED], pending=None)


def dump(ledger: Ledger) -> str:
    """Return the ledger as JSON."""
    values = asdict(ledger)
    del values["revision"]
    if values["release"]:
        del values["release"]["rejected"]
    return json.dumps({"schema": SCHEMA, **values}, indent=1)


def load(text: str, revision: str = "") -> Ledger:
    """Read a ledger.

    Args:
        text: as `dump` wrote it.
        revision: the store's name for it.

    Raises:
        UnknownStateError: it is no ledger, or of another schema.
    """
    try:
        values = json.loads(text)
        if values["schema"] != SCHEMA:
            raise ValueError(f"schema {values['schema']}, this clone reads {SCHEMA}")  # noqa: TRY301
        return Ledger(
            release=_release(values["release"]),
            earlier=tuple(filter(None, map(_release, values["earlier"]))),
            failed=tuple(Failure(**failure) for failure in values["failed"]),
            inputs=values["inputs"],
            commit=values["commit"],
            pending=Pending(**values["pending"]) if values["pending"] else None,
            revision=revision,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownStateError(
            "the ledger cannot be read",
            which=f"{type(error).__name__}: {error}",
            next_step="Restore an earlier version of ENV/ledger.json in the state bucket.",
        ) from error


def _release(values: dict[str, Any] | None) -> Release | None:
    if not values:
        return None
    mark = values.get("rejected")
    return Release(**{**values, "rejected": Rejection(**mark) if mark else None})
