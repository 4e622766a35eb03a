"""What people are shown of a plan: one JSON file per environment, made where the plan was made.

It goes from the job that may read the cloud to the one that may write a comment, and any job of the
run could have replaced it on the way: it is read as a stranger's text.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, get_args

from scripts.domain import plan_changes, risk
from scripts.domain.plan_changes import Attribute, Change, Verb
from scripts.domain.plan_values import UNKNOWN
from scripts.domain.receipt import ENVIRONMENT, place
from scripts.reporting import differences, plan_notes

SCHEMA = 2
LARGEST_BYTES = 8_000_000
SHOWN_LINES = 12
SHOWN_NAMES = 30
LONGEST = 300
"""Characters of any one text; an address of the repository has about 100."""

CREATED_ATTRIBUTES = (
    *("name", "instance_type", "policy", "assume_role_policy", "policy_arn", "role"),
    *("cidr_block", "cidr_ipv4", "cidr_ipv6", "from_port", "to_port", "ip_protocol", "port"),
    *("protocol", "internal", "acl"),
)
"""What is worth seeing of a new resource: what it is, whom it lets in, and what it allows."""


@dataclass(frozen=True)
class Shown:
    """A change as it is shown; see `Change` and `Line`.

    Attributes:
        place: address, and the key of a deposed object.
        verb: what is done.
        kind: what it touches: "roles", "data", …
        risky: whether a reviewer should see it first.
        protected: whether merging stops before it until a person accepts it.
        forces: names of the attributes that force a replacement.
        lines: `[path, before, after]` of what changes.
        more: how many differences are left out.
    """

    place: str
    verb: str
    kind: str
    risky: bool
    protected: bool
    forces: list[str]
    lines: list[list[str]]
    more: int


@dataclass(frozen=True)
class Outlook:
    """What a merge would meet in an environment, besides the plan.

    Attributes:
        release: version that the tree makes.
        running: recorded version; empty before the first.
        built: whether the registry holds the image already.
        failed: whether this release failed here before, on the template of now.
        held: who holds it, since when and why; empty where it is not held.
        infrastructure: whether merging runs Terraform: its inputs are not the applied ones.
    """

    release: str
    running: str
    built: bool
    failed: bool
    held: str
    infrastructure: bool


@dataclass(frozen=True)
class Summary:
    """A plan and its outlook.

    Attributes:
        environment: which one.
        planned: whether a plan was made; not where neither inputs nor pipeline changed.
        fingerprint: of the plan; empty where it changes nothing.
        outlook: what else merging does.
        changes: all of them, sorted by place.
        checks: which fail, and which are known only after an apply, one sentence each.
        drift: what changed outside of Terraform, one sentence each.
    """

    environment: str
    planned: bool
    fingerprint: str
    outlook: Outlook
    changes: list[Shown] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)


def summarise(
    environment: str,
    plan: dict[str, Any] | None,
    changes: Iterable[Change],
    fingerprint: str,
    outlook: Outlook,
) -> Summary:
    """Return what people are shown of a plan.

    Args:
        environment: which one.
        plan: as `plan_changes.parse` returns it; None where none was made.
        changes: of it.
        fingerprint: of the plan.
        outlook: what else merging does.

    Raises:
        RefusedError: the plan is not understood.
    """
    if plan is None:
        return Summary(environment, False, fingerprint, outlook)
    return Summary(
        environment,
        True,
        fingerprint,
        outlook,
        show(changes),
        _sentences(plan_notes.checks(plan)),
        _sentences(plan_notes.drifted(plan_changes.drift(plan))),
    )


def _sentences(said: list[str]) -> list[str]:
    """Return as many as a summary holds, each no longer than it holds."""
    kept = [one[:LONGEST] for one in said[:SHOWN_NAMES]]
    return kept + ([f"and {len(said) - len(kept)} more"] if len(said) > len(kept) else [])


def show(changes: Iterable[Change]) -> list[Shown]:
    """Return changes as they are shown, without what AWS computes."""
    return [_show(change) for change in changes]


def _show(change: Change) -> Shown:
    worth = [attribute for attribute in change.attributes if _worth(change, attribute)]
    found = [line for attribute in worth for line in differences.lines(attribute)]
    left_out = len(change.attributes) - len(worth) if change.verb == "create" else 0
    return Shown(
        place=place(change)[:LONGEST],
        verb=change.verb,
        kind=risk.kind(change),
        risky=risk.is_risky(change),
        protected=risk.is_protected(change),
        forces=[one.name[:LONGEST] for one in change.attributes if one.forces][:SHOWN_NAMES],
        lines=[
            [line.path[:LONGEST], line.before[:LONGEST], line.after[:LONGEST]]
            for line in found[:SHOWN_LINES]
        ],
        more=max(0, len(found) - SHOWN_LINES) + left_out,
    )


def _worth(change: Change, attribute: Attribute) -> bool:
    if change.verb in ("delete", "forget"):
        return False
    if change.verb == "create":
        return attribute.name in CREATED_ATTRIBUTES and attribute.after not in (None, UNKNOWN)
    if change.verb == "replace" and not attribute.forces:
        # What AWS computes anew is neither a wish nor news.
        return attribute.after is not None and "(known after" not in repr(attribute.after)
    # All tags stand in tags_all a second time.
    return not (attribute.name == "tags_all" and "tags" in change.names)


def dump(summary: Summary) -> str:
    """Return a summary as JSON."""
    # Half of a surrogate pair, which JSON can hold, cannot be written as UTF-8.
    return json.dumps({"schema": SCHEMA, **asdict(summary)}, indent=1)


def load(text: bytes) -> Summary:
    """Read a summary that somebody else wrote.

    Raises:
        ValueError: it is too large, no JSON, of another schema or form.
    """
    if len(text) > LARGEST_BYTES:
        raise ValueError(f"{len(text)} bytes, at most {LARGEST_BYTES}")
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, dict) or values.pop("schema", None) != SCHEMA:
        raise ValueError(f"not of schema {SCHEMA}")
    _check(Summary, values)
    if not ENVIRONMENT.fullmatch(values["environment"]):
        raise ValueError("its environment has no sensible name")
    _check(Outlook, values["outlook"])
    for change in values["changes"]:
        _check(Shown, change)
        _check_change(change)
    for said in [*values["checks"], *values["drift"]]:
        if not isinstance(said, str) or len(said) > LONGEST:
            raise ValueError("a sentence is no text of a sensible length")
    changes = [Shown(**change) for change in values["changes"]]
    return Summary(**{**values, "outlook": Outlook(**values["outlook"]), "changes": changes})


PLAIN: dict[str, type] = {"str": str, "bool": bool, "int": int, "Outlook": dict}


def _check(kind: Any, values: Any) -> None:
    names = {one.name: str(getattr(one.type, "__name__", one.type)) for one in fields(kind)}
    if not isinstance(values, dict) or set(values) != set(names):
        raise ValueError(f"a {kind.__name__.lower()} has other keys")
    for name, expected in names.items():
        value = values[name]
        # type() and not isinstance(): true is an int.
        if type(value) is not PLAIN.get(expected, list):
            raise ValueError(f"{name} is not of type {expected}")
        if isinstance(value, str) and len(value) > LONGEST:
            raise ValueError(f"{name} has {len(value)} characters, at most {LONGEST}")


def _check_change(change: dict[str, Any]) -> None:
    if change["verb"] not in get_args(Verb) or change["more"] < 0:
        raise ValueError("a change does what is not known")
    rows = [change["forces"], *change["lines"]]
    if any(not isinstance(row, list) for row in rows):
        raise ValueError("lines are no lists")
    if any(len(row) != 3 for row in change["lines"]):
        raise ValueError("a line is not path, before and after")
    texts = [text for row in rows for text in row]
    if any(not isinstance(text, str) or len(text) > LONGEST for text in texts):
        raise ValueError("a line is no text of a sensible length")
