"""The receipt of a reviewed plan: what it did at which address, without a single value.

A receipt comes from a pull request's run, so its text is read as anybody's: of a known size and
form, or not at all.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from scripts.domain.plan_changes import Change, Verb
from scripts.domain.plan_values import Hidden

SCHEMA = 1
LARGEST_BYTES = 4_000_000
LONGEST = 4096
"""Characters of an address; Terraform knows no limit."""

FINGERPRINT_DIGITS = 16
FINGERPRINT = re.compile(rf"[0-9a-f]{{{FINGERPRINT_DIGITS}}}")
INPUTS = re.compile(r"[0-9a-f]{12}")
ENVIRONMENT = re.compile(r"[a-z][a-z0-9]{0,31}")
VERBS: tuple[str, ...] = get_args(Verb)


@dataclass(frozen=True)
class Reviewed:
    """What was reviewed at one address: the verb, and the attributes that it changes."""

    verb: str
    attributes: frozenset[str]


@dataclass(frozen=True)
class Receipt:
    """What a reviewed plan did.

    Attributes:
        environment: which one it was made for.
        inputs: hash of the configuration that it was made from.
        reviewed: by address, and by the key of a deposed object behind it.
    """

    environment: str
    inputs: str
    reviewed: dict[str, Reviewed]


def make(environment: str, inputs: str, changes: Iterable[Change]) -> Receipt:
    """Return the receipt of a plan."""
    reviewed = {place(one): Reviewed(one.verb, frozenset(one.names)) for one in changes}
    return Receipt(environment, inputs, reviewed)


def place(change: Change) -> str:
    """Return the address, with what tells a deposed object from the current one."""
    return f"{change.address} (deposed {change.deposed})" if change.deposed else change.address


def dump(receipt: Receipt) -> str:
    """Return a receipt as JSON, the same text for the same receipt."""
    return json.dumps(
        {
            "schema": SCHEMA,
            "environment": receipt.environment,
            "inputs": receipt.inputs,
            "changes": {
                address: {"action": one.verb, "attributes": sorted(one.attributes)}
                for address, one in receipt.reviewed.items()
            },
        },
        indent=1,
        sort_keys=True,
    )


def load(text: bytes) -> Receipt:
    """Read a receipt that somebody else wrote.

    Raises:
        ValueError: it is too large, no JSON, of another schema or form.
    """
    if len(text) > LARGEST_BYTES:
        raise ValueError(f"{len(text)} bytes, at most {LARGEST_BYTES}")
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        raise ValueError(f"not of schema {SCHEMA}")
    if set(values) != {"schema", "environment", "inputs", "changes"}:
        raise ValueError(f"its keys are {', '.join(sorted(values))[:200]}")
    changes = values["changes"]
    if not isinstance(changes, dict):
        raise ValueError("its changes are no object")  # noqa: TRY004 - the caller's one error
    return Receipt(
        environment=_matching(values["environment"], ENVIRONMENT),
        inputs=_matching(values["inputs"], INPUTS),
        reviewed={_text(address): _reviewed(one) for address, one in changes.items()},
    )


def _matching(value: Any, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{str(value)[:40]!r} is not of the form {pattern.pattern}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise ValueError("an address or attribute is no text of a sensible length")
    return value


def _reviewed(values: Any) -> Reviewed:
    if not isinstance(values, dict) or set(values) != {"action", "attributes"}:
        raise ValueError("a change is not an action with attributes")
    if values["action"] not in VERBS or not isinstance(values["attributes"], list):
        raise ValueError("a change's action or attributes are not known")
    return Reviewed(values["action"], frozenset(map(_text, values["attributes"])))


def within(changes: Iterable[Change], receipt: Receipt) -> list[str]:
    """Return how a plan goes beyond a receipt, one line each; nothing means that it is within.

    A part of what was reviewed is within it. So is what an apply that was cut off left to do: the
    second half of a replacement, and whatever makes a resource whole that the reviewed plan made.
    """
    return [line for change in changes if (line := _beyond(change, receipt))]


def _beyond(change: Change, receipt: Receipt) -> str:
    where = place(change)
    reviewed = receipt.reviewed.get(change.address if change.deposed else where)
    if change.deposed and reviewed and reviewed.verb == "replace" and change.verb == "delete":
        return ""
    reviewed = receipt.reviewed.get(where)
    if reviewed is None:
        return f"{change.verb} {where}: was not in the reviewed plan"
    if not _covers(reviewed.verb, change):
        return f"{change.verb} {where}: reviewed was {reviewed.verb}"
    if change.verb in ("delete", "forget"):
        return ""
    if more := sorted(set(change.names) - reviewed.attributes):
        return f"{change.verb} {where}: also changes {', '.join(more)}"
    return ""


def _covers(verb: str, change: Change) -> bool:
    if verb == change.verb:
        return True
    if verb == "create":
        # It was not there when the plan was reviewed: it can only be what the plan made since.
        return change.verb == "update" or (change.verb == "replace" and change.tainted)
    return verb == "replace" and change.verb == "create"


def fingerprint(environment: str, inputs: str, changes: Iterable[Change]) -> str:
    """Return a name for exactly this plan, 16 hex digits; order and run do not matter.

    Values count, except sensitive ones: a short secret could be guessed from the name. They come
    from the configuration, which counts by its hash.
    """
    described = sorted(
        json.dumps(
            [
                place(change),
                change.verb,
                change.tainted,
                [[one.name, one.before, one.after, one.forces] for one in change.attributes],
            ],
            sort_keys=True,
            default=_hidden,
        )
        for change in changes
    )
    text = json.dumps([environment, inputs, described])
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_DIGITS]


def _hidden(value: Any) -> dict[str, str]:
    if not isinstance(value, Hidden):
        raise TypeError(type(value).__name__)
    return {"hidden": value.why}
